package io.saddle.service;

import io.saddle.kafka.Publisher;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Severity;
import io.saddle.topic.Topics;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a service needs of its machine before it takes up anything. It is tried until it is there; meanwhile the service is not ready,
 * says why, and leaves the work to others.
 */
public final class Prerequisite implements ServiceComponent {

    /** The use of what is needed. */
    @FunctionalInterface
    public interface Attempt {
        void make() throws Exception;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Prerequisite.class);
    private static final Duration TRY_EVERY = Duration.ofSeconds(30);
    /** Alerts that concern the service, not a run. */
    private static final String NO_RUN = "";

    private final String name;
    private final Attempt attempt;
    private final String remedy;
    private final Publisher publisher;
    private final AlertLog alerts;
    private final Duration tryEvery;
    private volatile String missing;

    /**
     * @param name of what is needed
     * @param remedy what to do where it is missing
     * @param alerts the service's
     */
    public Prerequisite(String name, Attempt attempt, String remedy, Publisher publisher, AlertLog alerts) {
        this(name, attempt, remedy, publisher, alerts, TRY_EVERY);
    }

    Prerequisite(String name, Attempt attempt, String remedy, Publisher publisher, AlertLog alerts, Duration tryEvery) {
        this.name = name;
        this.attempt = attempt;
        this.remedy = remedy;
        this.publisher = publisher;
        this.alerts = alerts;
        this.tryEvery = tryEvery;
    }

    /** Returns when it is there. */
    @Override
    public void start() throws InterruptedException {
        while (true) {
            try {
                attempt.make();
                missing = null;
                return;
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception | LinkageError e) {
                say(e);
            }
            Thread.sleep(tryEvery.toMillis());
        }
    }

    private void say(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String message = name + " cannot be used: " + cause.getMessage();
        missing = message + "; " + remedy;
        LOG.error("{}; {}; next try in {} s", message, remedy, tryEvery.toSeconds(), failure);
        try {
            alerts.raise(NO_RUN, AlertKind.OTHER, Severity.ERROR, message, remedy, null)
                    .ifPresent(alert -> publisher.send(Topics.ALERTS, NO_RUN, alert));
        } catch (RuntimeException e) {
            LOG.warn("no alert of it was sent", e);
        }
    }

    @Override
    public void stop() {
        // Whoever starts it is interrupted.
    }

    @Override
    public Optional<String> obstacle() {
        return Optional.ofNullable(missing);
    }

    /** Before everything that works with it. */
    @Override
    public int order() {
        return -2;
    }
}
