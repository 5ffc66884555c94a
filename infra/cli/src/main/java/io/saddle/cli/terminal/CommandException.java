package io.saddle.cli.terminal;

import io.saddle.kafka.Fault;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Ends a command with a message for a person and an exit code for a script. */
public final class CommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final Duration retryAfter;

    public CommandException(int exitCode, String message) {
        this(exitCode, message, (Duration) null);
    }

    /** @param retryAfter after which the same may be asked for again; null: nobody has named a time */
    public CommandException(int exitCode, String message, Duration retryAfter) {
        super(message);
        this.exitCode = exitCode;
        this.retryAfter = retryAfter;
    }

    private CommandException(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
        this.retryAfter = null;
    }

    /**
     * The end of a command whose input or target could not be used. It is the input that is wrong, and no other try goes better, unless
     * a disk is full, broken or away: then the command has failed.
     */
    public static CommandException of(IOException why, String message) {
        return new CommandException(
                Fault.isOfABrokenDisk(why) ? ExitCode.FAILED : ExitCode.INVALID_INPUT, message, why);
    }

    public int exitCode() {
        return exitCode;
    }

    /** The wait after which whoever refused it wants to be asked again; empty where none was named. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
