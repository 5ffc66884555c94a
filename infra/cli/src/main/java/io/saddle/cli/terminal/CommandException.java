package io.saddle.cli.terminal;

import io.saddle.kafka.Fault;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Ends a command with a message for a person and an exit code for a script. */
public final class CommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What the system says of a path that it cannot take; the JDK hands on the words alone. */
    private static final List<String> OF_THE_PATH = List.of(
            "Not a directory",
            "Is a directory",
            "File name too long",
            "Too many levels of symbolic links",
            "Operation not permitted");

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
     * the machine is at fault, such as a disk that is full or away: then the command has failed.
     */
    public static CommandException of(IOException why, String message) {
        boolean isOfTheMachine = Fault.of(why) == Fault.ENVIRONMENT && !isOfThePath(why);
        return new CommandException(isOfTheMachine ? ExitCode.FAILED : ExitCode.INVALID_INPUT, message, why);
    }

    /** Somebody has to name another place, or give the right to this one. */
    private static boolean isOfThePath(IOException why) {
        return Stream.iterate((Throwable) why, at -> at != null, Throwable::getCause)
                .anyMatch(at -> at instanceof AccessDeniedException
                        || at instanceof FileAlreadyExistsException
                        || at instanceof FileSystemException file
                                && file.getReason() != null
                                && OF_THE_PATH.stream().anyMatch(file.getReason()::contains));
    }

    public int exitCode() {
        return exitCode;
    }

    /** The wait after which whoever refused it wants to be asked again; empty where none was named. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
