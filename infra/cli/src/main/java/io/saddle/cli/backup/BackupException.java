package io.saddle.cli.backup;

/** A backup that cannot be made or put back; the message says what is wrong and what to do. */
public class BackupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BackupException(String message) {
        super(message);
    }

    BackupException(String message, Throwable cause) {
        super(message, cause);
    }
}
