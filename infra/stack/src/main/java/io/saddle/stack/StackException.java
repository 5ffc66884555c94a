package io.saddle.stack;

/** The stack could not be brought to what was asked; the message says what was wrong and what to do. */
public class StackException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StackException(String message) {
        super(message);
    }

    public StackException(String message, Throwable cause) {
        super(message, cause);
    }
}
