package io.saddle.service;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.saddle.artifact.ArtifactException;
import io.saddle.kafka.ClusterGate;
import io.saddle.kafka.KafkaSettings;
import io.saddle.serde.Serdes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a service's components when the cluster is there. A cluster that stays away for {@code saddle.start.patience} (120 s)
 * ends the process with exit code 3, a component that cannot start with 1, a wall clock that went back with 4, so that what
 * supervises it can tell and start it again.
 */
@ApplicationScoped
public class ServiceLifecycle {

    public static final int EXIT_FAILED = 1;
    public static final int EXIT_CLUSTER_UNAVAILABLE = 3;
    public static final int EXIT_CLOCK_WENT_BACK = 4;

    private static final Duration LOOK_AT_CLOCK_EVERY = Duration.ofSeconds(1);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(ServiceLifecycle.class);

    private final ClusterGate gate;
    private final Instance<ServiceComponent> components;
    private final Duration patience;
    private final StartedComponents started = new StartedComponents();
    private volatile boolean complete;
    private volatile Thread starter;

    public ServiceLifecycle(
            KafkaSettings settings,
            Serdes serdes,
            @Any Instance<ServiceComponent> components,
            @ConfigProperty(name = "saddle.start.patience", defaultValue = "120S") Duration patience) {
        this.gate = new ClusterGate(settings, serdes.registry());
        this.components = components;
        this.patience = patience;
    }

    void onStart(@Observes StartupEvent event) {
        starter = new Thread(this::start, "start");
        starter.start();
        Thread guard = new Thread(this::guardClock, "wall-clock");
        guard.setDaemon(true);
        guard.start();
    }

    /** An orderly end is tried, but Kafka's clients may not come to one with such a clock: nothing is lost by a halt. */
    private void guardClock() {
        WallClockGuard guard = new WallClockGuard(Clock.systemUTC(), System::nanoTime);
        try {
            Duration back = Duration.ZERO;
            while (back.isZero()) {
                Thread.sleep(LOOK_AT_CLOCK_EVERY.toMillis());
                back = guard.stepBack();
            }
            LOG.error(
                    "the wall clock went back by {} s, and Kafka's clients would stand still for as long: the process ends"
                            + " with exit code {}, to be started again",
                    back.toSeconds(),
                    EXIT_CLOCK_WENT_BACK);
            Quarkus.asyncExit(EXIT_CLOCK_WENT_BACK);
            Thread.sleep(GRACE.toMillis());
            Runtime.getRuntime().halt(EXIT_CLOCK_WENT_BACK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void onStop(@Observes ShutdownEvent event) {
        starter.interrupt();
        started.stop();
    }

    /** True if every component has started and is ready. */
    public boolean isReady() {
        return complete && started.areReady();
    }

    /** What the start waits for, or what keeps components from their work, in the order of their start. */
    public List<String> obstacles() {
        return gate.obstacle().map(List::of).orElseGet(started::obstacles);
    }

    /** True if every component has started, once. */
    public boolean hasStarted() {
        return complete;
    }

    private void start() {
        try {
            gate.await(patience);
            List<ServiceComponent> inOrder = components.stream()
                    .sorted(Comparator.comparingInt(ServiceComponent::order))
                    .toList();
            for (ServiceComponent component : inOrder) {
                started.start(component);
            }
            complete = true;
            LOG.info("at work");
        } catch (ClusterGate.ClusterUnavailableException e) {
            LOG.error("cannot start: {}", e.getMessage());
            Quarkus.asyncExit(EXIT_CLUSTER_UNAVAILABLE);
        } catch (InterruptedException e) {
            LOG.info("stopped while starting");
        } catch (Exception | LinkageError e) {
            sayCannotStart(e);
            Quarkus.asyncExit(EXIT_FAILED);
        }
    }

    /** What an artifact store says is for whoever set it up: the reason in one line, not below a page of calls. */
    private static void sayCannotStart(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof ArtifactException artifact) {
                LOG.error("cannot start: {}", artifact.getMessage());
                return;
            }
        }
        LOG.error("cannot start", failure);
    }
}
