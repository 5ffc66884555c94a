package io.saddle.stack;

/** A setting that does not exist or has a value that it cannot have; the message names where it was given. */
public class InvalidSettingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public InvalidSettingException(String message) {
        super(message);
    }
}
