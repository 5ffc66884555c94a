package io.saddle.console.notification.channel;

import java.time.Duration;
import java.util.Optional;

/** A failure to deliver that may pass. The message has no secrets, and no cause that could have them is kept. */
public final class UndeliveredException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Duration retryAfter;

    /** @param retryAfter what the receiver asks to wait; null: it does not say */
    public UndeliveredException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    /** What the receiver asks to wait. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
