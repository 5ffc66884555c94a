package io.saddle.console.lifecycle;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.StoredBytes;
import io.saddle.service.PeriodicTask;
import io.saddle.service.ServiceComponent;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The room that each run's artifacts take, as a look at the whole store found it now and then: a list of runs asks no store. */
@ApplicationScoped
public class StoredArtifacts implements ServiceComponent {

    private static final Logger LOG = LoggerFactory.getLogger(StoredArtifacts.class);

    /**
     * The room at some time.
     *
     * @param objects number of files
     * @param bytes that they take
     */
    public record Stored(long objects, long bytes, Instant measuredAt) {

        static Stored of(StoredBytes stored, Instant measuredAt) {
            return new Stored(stored.objects(), stored.bytes(), measuredAt);
        }
    }

    private final ArtifactStore artifacts;
    private final Clock clock;
    private final Duration every;
    private final Map<String, Stored> runs = new ConcurrentHashMap<>();
    private volatile Instant measuredAt;
    private PeriodicTask task;

    public StoredArtifacts(
            ArtifactStore artifacts,
            Clock clock,
            @ConfigProperty(name = "saddle.artifacts.measured-every") Duration every) {
        this.artifacts = artifacts;
        this.clock = clock;
        this.every = every;
    }

    @Override
    public void start() {
        task = new PeriodicTask("stored-artifacts", Duration.ZERO, every, this::measure);
    }

    @Override
    public void stop() {
        if (task != null) {
            task.close();
        }
    }

    /** Looks at the whole store. One that does not answer leaves what was found before. */
    public void measure() {
        try {
            Instant at = clock.instant();
            Map<String, StoredBytes> found = artifacts.stored();
            runs.keySet().retainAll(found.keySet());
            found.forEach((runId, stored) -> runs.put(runId, Stored.of(stored, at)));
            measuredAt = at;
        } catch (IOException e) {
            LOG.warn("what the artifacts take could not be measured: {}", e.getMessage());
        }
    }

    /** Looks at one run now. */
    public StoredBytes measure(String runId) throws IOException {
        Instant at = clock.instant();
        StoredBytes stored = artifacts.stored(runId);
        runs.put(runId, Stored.of(stored, at));
        return stored;
    }

    /** The room that a run takes; empty before the store was looked at for the first time. */
    public Optional<Stored> of(String runId) {
        Instant at = measuredAt;
        Stored known = runs.get(runId);
        return known != null || at == null ? Optional.ofNullable(known) : Optional.of(Stored.of(StoredBytes.NONE, at));
    }

    /** Every run that takes any, data sets included as if they were one. */
    public Map<String, Stored> all() {
        return Map.copyOf(runs);
    }
}
