package io.saddle.cli.backup;

/** A folder that was named and cannot be what it is named for; another one mends it. */
public final class InvalidFolderException extends BackupException {
    private static final long serialVersionUID = 1L;

    InvalidFolderException(String message) {
        super(message);
    }

    InvalidFolderException(String message, Throwable cause) {
        super(message, cause);
    }
}
