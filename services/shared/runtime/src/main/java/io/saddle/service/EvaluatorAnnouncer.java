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

/**
 * Says on saddle.evaluators, again and again, that this process is there, what it offers to measure and can hold, and takes it back
 * when it ends in order.
 */
public final class EvaluatorAnnouncer implements ServiceComponent {

    private static final Logger LOG = LoggerFactory.getLogger(EvaluatorAnnouncer.class);
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    private static final int FAREWELL_SECONDS = 2;

    private final Publisher publisher;
    private final Clock clock;
    private final String service;
    private final List<OfferedEvaluator> offers;
    private final Capacity capacity;
    private final String build;
    private final String instance;
    private PeriodicTask heartbeat;

    /**
     * What a process can hold, and who trains what it holds.
     *
     * @param threads that share a step or an evaluation
     * @param seats runs that are trained at the same time; 0 for who trains none
     * @param runsPerSubmitter those of one person at all trainers together; 0: no limit
     * @param worker the name in the status of runs; empty for who trains none
     */
    public record Capacity(MemoryLimit memory, int threads, int seats, int runsPerSubmitter, String worker) {

        /** That of a process that trains no runs. */
        public Capacity(MemoryLimit memory, int threads) {
            this(memory, threads, 0, 0, "");
        }
    }

    /**
     * @param service the service that this is a process of
     * @param deployment begins the instance's name: the service's, and its deployment's
     * @param offers names, kinds and descriptions; none for who measures no constraint
     * @param build version of the code
     */
    public EvaluatorAnnouncer(
            Publisher publisher,
            Clock clock,
            String service,
            String deployment,
            List<OfferedEvaluator> offers,
            Capacity capacity,
            String build) {
        this.publisher = publisher;
        this.clock = clock;
        this.service = service;
        this.offers = List.copyOf(offers);
        this.capacity = capacity;
        this.build = build;
        this.instance =
                deployment + "@" + host() + "-" + ProcessHandle.current().pid();
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
                        clock.instant().truncatedTo(ChronoUnit.MILLIS),
                        service,
                        capacity.memory().bytes(),
                        capacity.threads(),
                        capacity.seats(),
                        capacity.runsPerSubmitter(),
                        capacity.worker()));
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown-host";
        }
    }
}
