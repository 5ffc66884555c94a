package io.saddle.kafka;

import java.time.Duration;

/** What is worked on cannot be done now, by no fault of the record or of this process: it is tried again after a while, as often as it is thrown. */
public final class RetryLaterException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Duration wait;

    /** @param wait before the next try; none: it has waited already, which is nothing to be warned of */
    public RetryLaterException(String message, Duration wait) {
        super(message);
        this.wait = wait;
    }

    /** The wait before the next try. */
    public Duration waitingTime() {
        return wait;
    }
}
