package io.saddle.lab.soak;

/** A fault cannot be made on this machine; the message says what it takes. */
final class NotHereException extends Exception {

    private static final long serialVersionUID = 1L;

    NotHereException(String message) {
        super(message);
    }
}
