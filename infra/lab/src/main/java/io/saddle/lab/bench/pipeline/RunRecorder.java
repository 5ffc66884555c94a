package io.saddle.lab.bench.pipeline;

import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Received;
import io.saddle.kafka.TopicReader;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.RunStatus;
import io.saddle.schema.SnapshotWeights;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;

/** Keeps what the topics say of one run. */
final class RunRecorder implements AutoCloseable {

    private final String runId;
    private final TopicReader reader;
    private final NavigableMap<Long, GradientSummary> summaries = new TreeMap<>();
    private final NavigableMap<Long, MultiplierUpdate> updates = new TreeMap<>();
    private final List<LossEstimate> estimates = new ArrayList<>();
    private final Map<Long, Instant> announced = new HashMap<>();
    private final Set<Long> copied = new TreeSet<>();
    private RunStatus status;

    RunRecorder(KafkaSettings kafka, String runId) {
        this.runId = runId;
        this.reader = new TopicReader(
                kafka,
                kafka.serdes(),
                "saddle-bench-" + UUID.randomUUID(),
                (topic, record, reason) -> CompletableFuture.completedFuture(null));
        on(
                Topics.GRADIENT_SUMMARIES,
                received -> summaries.putIfAbsent(received.value().getStep(), received.value()));
        on(Topics.MULTIPLIERS, received -> updates.putIfAbsent(received.value().getDualStep(), received.value()));
        on(Topics.LOSS_ESTIMATES, received -> estimates.add(received.value()));
        on(Topics.SNAPSHOTS, this::snapshot);
        on(Topics.RUN_STATUS, received -> status = received.value());
        reader.start();
    }

    private <T extends SpecificRecord> void on(Topic<T> topic, Consumer<Received<T>> take) {
        reader.on(topic, received -> {
            if (received.key().equals(runId) && received.value() != null) {
                synchronized (this) {
                    take.accept(received);
                }
            }
        });
    }

    private void snapshot(Received<ModelSnapshot> received) {
        long step = received.value().getStep();
        copied.add(step);
        if (received.value().getWeights() == SnapshotWeights.RAW) {
            announced.putIfAbsent(step, Instant.ofEpochMilli(received.timestamp()));
        }
    }

    synchronized Optional<RunStatus> status() {
        return Optional.ofNullable(status);
    }

    /** Number of records so far. */
    synchronized int heard() {
        return summaries.size() + updates.size() + estimates.size() + announced.size();
    }

    /**
     * What was said so far.
     *
     * @param checkpointEvery steps between two checkpoints, which no topic tells of
     */
    synchronized RunRecords records(long checkpointEvery) {
        Set<Long> copies = new TreeSet<>(copied);
        summaries.keySet().stream().filter(step -> step % checkpointEvery == 0).forEach(copies::add);
        return new RunRecords(
                List.copyOf(summaries.values()),
                Map.copyOf(announced),
                Set.copyOf(copies),
                List.copyOf(estimates),
                List.copyOf(updates.values()));
    }

    @Override
    public void close() {
        reader.close();
    }
}
