package io.saddle.cli.terminal;

import java.time.Duration;
import java.util.Optional;

/** Ends a command with a message for a person and an exit code for a script. */
public final class CommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final Duration retryAfter;

    public CommandException(int exitCode, String message) {
        this(exitCode, message, null);
    }

    /** @param retryAfter after which the same may be asked for again; null: nobody has named a time */
    public CommandException(int exitCode, String message, Duration retryAfter) {
        super(message);
        this.exitCode = exitCode;
        this.retryAfter = retryAfter;
    }

    public int exitCode() {
        return exitCode;
    }

    /** The wait after which whoever refused it wants to be asked again; empty where none was named. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
