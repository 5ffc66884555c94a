package io.saddle.primaltrainer.loop;

/** A run takes more memory than this trainer may; another one may have it. */
final class TooLargeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TooLargeException(String message) {
        super(message);
    }
}
