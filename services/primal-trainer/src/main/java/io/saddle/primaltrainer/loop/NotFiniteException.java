package io.saddle.primaltrainer.loop;

/** Weights or moments that are not finite; the message says after which step. */
final class NotFiniteException extends Exception {
    private static final long serialVersionUID = 1L;

    NotFiniteException(long step) {
        super("the weights after step " + step + " are not finite");
    }
}
