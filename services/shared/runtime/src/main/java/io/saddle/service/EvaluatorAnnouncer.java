package io.saddle.service;

import io.saddle.kafka.Publisher;
import io.saddle.schema.EvaluatorAnnouncement;
import io.saddle.schema.OfferedEvaluator;
import io.saddle.topic.Topics;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says on saddle.evaluators, again and again, what this process offers to measure, and takes it back when it ends in order. */
public final class EvaluatorAnnouncer implements ServiceComponent {

    private static final Logger LOG = LoggerFactory.getLogger(EvaluatorAnnouncer.class);
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    private static final int FAREWELL_SECONDS = 2;

    private final Publisher publisher;
    private final Clock clock;
    private final List<OfferedEvaluator> offers;
    private final String build;
    private final String instance;
    private PeriodicTask heartbeat;

    /**
     * @param service begins the instance's name
     * @param offers names, kinds and descriptions
     * @param build version of the code
     */
    public EvaluatorAnnouncer(
            Publisher publisher, Clock clock, String service, List<OfferedEvaluator> offers, String build) {
        this.publisher = publisher;
        this.clock = clock;
        this.offers = List.copyOf(offers);
        this.build = build;
        this.instance = service + "@" + host() + "-" + ProcessHandle.current().pid();
    }

    @Override
    public void start() {
        heartbeat = new PeriodicTask("announce-evaluators", Duration.ZERO, HEARTBEAT, this::announce);
    }

    @Override
    public void stop() {
        if (heartbeat == null) {
            return;
        }
        heartbeat.close();
        Future<?> farewell = publisher.send(Topics.EVALUATORS, instance, null);
        try {
            farewell.get(FAREWELL_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("left without a farewell: it will be missed after three heartbeats", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void announce() {
        publisher.send(
                Topics.EVALUATORS,
                instance,
                new EvaluatorAnnouncement(
                        instance,
                        offers,
                        build,
                        (int) HEARTBEAT.toSeconds(),
                        clock.instant().truncatedTo(ChronoUnit.MILLIS)));
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown-host";
        }
    }
}
