package io.saddle.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.schema.ModelSnapshot;
import io.saddle.stack.testing.OpenTransaction;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What is committed behind a transaction that is still open stands on the topic, for everybody who reads what stands there. */
class TopicEndsTest {

    private final String run = "ends-" + UUID.randomUUID();
    private final int partition = RunPartitioner.partition(run, Topics.SNAPSHOTS.partitions());
    private final List<Long> seen = new CopyOnWriteArrayList<>();

    private void see(ModelSnapshot snapshot) {
        if (snapshot.getRunId().equals(run)) {
            seen.add(snapshot.getStep());
        }
    }

    private void seesWhatIsCommittedBehindAnOpenTransaction(Callable<?> reader) throws Exception {
        try (OpenTransaction open = new OpenTransaction(SharedCluster.settings(), Topics.SNAPSHOTS, run)) {
            SharedCluster.send(Topics.SNAPSHOTS, run, Samples.snapshot(run, 1));
            open.spans(() -> {
                reader.call();
                // A reader that goes on would see it after it has said that it had seen all.
                return assertSeen();
            });
        }
    }

    private Void assertSeen() {
        assertEquals(List.of(1L), seen);
        return null;
    }

    @Test
    void inWholeTopics() throws Exception {
        seesWhatIsCommittedBehindAnOpenTransaction(() -> {
            TopicContents.read(SharedCluster.settings(), List.of(Topics.SNAPSHOTS), record -> {
                if (run.equals(new String(record.key(), StandardCharsets.UTF_8))) {
                    see(SharedCluster.serdes()
                            .deserializer(Topics.SNAPSHOTS)
                            .deserialize(record.topic(), record.value()));
                }
            });
            return null;
        });
    }

    @Test
    void inAPartitionsHistory() throws Exception {
        seesWhatIsCommittedBehindAnOpenTransaction(() -> {
            new TopicHistory(SharedCluster.settings(), SharedCluster.serdes())
                    .forEach(Topics.SNAPSHOTS, partition, this::see);
            return null;
        });
    }

    /** A console that starts knows by it that it knows all runs. */
    @Test
    void forAReaderThatSaysItHasCaughtUp() throws Exception {
        try (TopicReader reader = new TopicReader(
                        SharedCluster.settings(),
                        SharedCluster.serdes(),
                        "ends",
                        (topic, record, reason) -> CompletableFuture.completedFuture(null))
                .on(Topics.SNAPSHOTS, received -> see(received.value()))) {
            seesWhatIsCommittedBehindAnOpenTransaction(
                    () -> reader.start().caughtUp().get());
        }
    }
}
