package io.saddle.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.schema.ModelSnapshot;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CatchUpReaderTest {

    private final String run = "catch-up-" + UUID.randomUUID();
    private final int partition = RunPartitioner.partition(run, Topics.SNAPSHOTS.partitions());
    private final List<Long> seen = new ArrayList<>();

    private void send(long step) throws Exception {
        SharedCluster.send(Topics.SNAPSHOTS, run, Samples.snapshot(run, step));
    }

    private long timestampOf(int record) {
        return SharedCluster.records(Topics.SNAPSHOTS.name(), run).get(record).timestamp();
    }

    private void see(Received<ModelSnapshot> received) {
        if (received.key().equals(run)) {
            seen.add(received.value().getStep());
        }
    }

    @Test
    void eachLookHandsOverWhatHasComeSinceTheOneBefore() throws Exception {
        send(1);
        SharedCluster.sendRaw(Topics.SNAPSHOTS.name(), run, new byte[] {1, 2, 3});
        send(2);
        try (CatchUpReader<ModelSnapshot> reader =
                new CatchUpReader<>(SharedCluster.settings(), SharedCluster.serdes(), Topics.SNAPSHOTS, this::see)) {
            reader.catchUp(partition, timestampOf(0));
            assertEquals(List.of(1L, 2L), seen);
            reader.catchUp(partition, timestampOf(0));
            assertEquals(List.of(1L, 2L), seen);
            send(3);
            reader.catchUp(partition, timestampOf(2));
            assertEquals(List.of(1L, 2L, 3L), seen);
        }
    }

    @Test
    void aLookFurtherBackReadsFromThere() throws Exception {
        send(1);
        long after = timestampOf(0) + 1;
        while (System.currentTimeMillis() <= after) {
            Thread.onSpinWait();
        }
        send(2);
        try (CatchUpReader<ModelSnapshot> reader =
                new CatchUpReader<>(SharedCluster.settings(), SharedCluster.serdes(), Topics.SNAPSHOTS, this::see)) {
            reader.catchUp(partition, after);
            assertEquals(List.of(2L), seen);
            reader.catchUp(partition, 0);
            assertEquals(List.of(2L, 1L, 2L), seen);
        }
    }
}
