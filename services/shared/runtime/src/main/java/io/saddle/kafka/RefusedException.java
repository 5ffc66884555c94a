package io.saddle.kafka;

import java.io.IOException;
import java.util.Optional;

/** A refusal by this process of what it could take in hand, for a reason that another try does not change. */
public final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    /** @param reason the message, which is the same each time */
    public RefusedException(String reason) {
        this(reason, reason);
    }

    /**
     * @param reason the same for each refusal of its kind
     * @param message which may say numbers and times
     */
    public RefusedException(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** @throws RefusedException if there is a reason */
    public static void throwIf(Optional<String> reason) throws RefusedException {
        if (reason.isPresent()) {
            throw new RefusedException(reason.get());
        }
    }

    public String reason() {
        return reason;
    }
}
