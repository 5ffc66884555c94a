package io.saddle.artifact;

import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;

/** An artifact that cannot be used; the message names its URI and the remedy. */
public final class ArtifactException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The kind of obstacle to its use. */
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
    private final String fault;
    private final boolean mayPass;

    public ArtifactException(Reason reason, String message) {
        this(reason, message, null);
    }

    public ArtifactException(Reason reason, String message, Throwable cause) {
        this(reason, message, reason.name(), reason == Reason.UNAVAILABLE, cause);
    }

    private ArtifactException(Reason reason, String message, String fault, boolean mayPass, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.fault = fault;
        this.mayPass = mayPass;
    }

    /**
     * A store that is not to be had.
     *
     * @param fault the message without what is another at each try
     * @param mayPass false for settings or rights that somebody has to change
     */
    public static ArtifactException unavailable(String message, String fault, boolean mayPass, Throwable cause) {
        return new ArtifactException(Reason.UNAVAILABLE, message, fault, mayPass, cause);
    }

    /** @param store of the service that was given the URI */
    public static ArtifactException refused(String uri, String why, Object store) {
        return new ArtifactException(
                Reason.REFUSED,
                "artifact " + uri + " is refused: " + why + "; this service's artifact store is " + store
                        + ", and every service of a run must be given the same one");
    }

    /** @param what the artifact itself or something of it */
    public static ArtifactException missing(String uri, String what) {
        return new ArtifactException(
                Reason.MISSING,
                "artifact " + uri + ": " + what + " is not there; it may have been pruned: take a newer one");
    }

    /** The store that is away, if that is why something has failed, whoever has wrapped it. */
    public static Optional<ArtifactException> unavailable(Throwable failure) {
        return Stream.iterate(failure, at -> at != null, Throwable::getCause)
                .filter(ArtifactException.class::isInstance)
                .map(ArtifactException.class::cast)
                .filter(artifact -> artifact.reason() == Reason.UNAVAILABLE)
                .findFirst();
    }

    public Reason reason() {
        return reason;
    }

    /** True for an outage, which may pass by itself. */
    public boolean mayPass() {
        return mayPass;
    }

    /** What is equal where the same trouble is met again, whatever was being written or read. */
    public String fault() {
        return fault;
    }
}
