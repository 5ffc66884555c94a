package io.saddle.service;

import java.util.Optional;

/** A part of a service that works against the cluster: started once Kafka and the registry are usable, stopped in reverse order. */
public interface ServiceComponent {

    /**
     * Starts the part's own threads and returns.
     *
     * @throws Exception if the service cannot run; it then exits with code 1
     */
    void start() throws Exception;

    /** Ends them; what was begun is finished or left so that another instance can take it up. */
    void stop();

    /** True if the part is up to date and at work; asked by the readiness probe. */
    default boolean isReady() {
        return obstacle().isEmpty();
    }

    /** What keeps the part from its work, with the remedy, for the readiness probe to say; empty where there is nothing to say. */
    default Optional<String> obstacle() {
        return Optional.empty();
    }

    /** Components with lower numbers start first and stop last. */
    default int order() {
        return 0;
    }
}
