package io.saddle.console.notification.channel;

/** A refusal by a receiver that another try does not change. The message has no secrets. */
public final class RefusedByReceiverException extends Exception {
    private static final long serialVersionUID = 1L;

    public RefusedByReceiverException(String message) {
        super(message);
    }
}
