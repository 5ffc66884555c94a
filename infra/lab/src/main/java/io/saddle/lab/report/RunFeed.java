package io.saddle.lab.report;

import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Received;
import io.saddle.kafka.TopicReader;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.RunStatus;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.apache.avro.specific.SpecificRecord;

/** Follows some runs on the topics. */
public final class RunFeed implements AutoCloseable {

    private final Map<String, FollowedRun> runs;
    private final TopicReader reader;

    /** @param runs the histories to fill, by run */
    public RunFeed(KafkaSettings kafka, Map<String, FollowedRun> runs) {
        this.runs = runs;
        this.reader = new TopicReader(
                kafka,
                kafka.serdes(),
                "saddle-follow-" + UUID.randomUUID(),
                (topic, record, reason) -> CompletableFuture.completedFuture(null));
        on(Topics.GRADIENT_SUMMARIES, FollowedRun::add);
        on(Topics.MULTIPLIERS, FollowedRun::add);
        on(Topics.FID_SCORES, FollowedRun::add);
        on(Topics.ALERTS, FollowedRun::add);
        on(Topics.LOSS_ESTIMATES, FollowedRun::add);
        Instant since = Instant.now();
        reader.on(Topics.RUN_STATUS, (Received<RunStatus> received) -> {
            FollowedRun history = runs.get(received.key());
            if (history != null) {
                status(history, received, since);
            }
        });
        reader.on(Topics.SNAPSHOTS, (Received<ModelSnapshot> received) -> {
            FollowedRun history = runs.get(received.key());
            if (history != null && received.value() != null) {
                history.add(received.value(), Instant.ofEpochMilli(received.timestamp()));
            }
        });
        reader.start();
    }

    /** @param since when the run began to be followed */
    static void status(FollowedRun history, Received<RunStatus> received, Instant since) {
        if (received.value() == null) {
            history.forgotten(received.timestamp() >= since.toEpochMilli());
        } else {
            history.add(received.value());
        }
    }

    private <T extends SpecificRecord> void on(Topic<T> topic, BiConsumer<FollowedRun, T> add) {
        reader.on(topic, (Received<T> received) -> {
            FollowedRun history = runs.get(received.key());
            if (history != null && received.value() != null) {
                add.accept(history, received.value());
            }
        });
    }

    /** What keeps it from reading, now. */
    public Optional<String> hindrance() {
        return reader.hindrance();
    }

    @Override
    public void close() {
        reader.close();
    }
}
