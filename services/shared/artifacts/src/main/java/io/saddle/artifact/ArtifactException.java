package io.saddle.artifact;

import java.io.IOException;

/** An artifact that cannot be used; the message names its URI and the remedy. */
public final class ArtifactException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What stands against its use. */
    public enum Reason {
        /** Its URI is not one of this store's: never looked at. */
        REFUSED,
        /** It is not there: not yet visible, or pruned. */
        MISSING,
        /** Its bytes are not those that were announced. */
        DAMAGED,
        /** The store does not answer, or turns this service away: it says nothing of the artifact. Worth trying again. */
        UNAVAILABLE
    }

    private final Reason reason;

    public ArtifactException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public ArtifactException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
