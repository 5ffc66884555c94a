package io.saddle.service;

import static io.saddle.schema.SnapshotWeights.EMA;
import static io.saddle.schema.SnapshotWeights.RAW;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.schema.ModelSnapshot;
import java.util.List;
import org.junit.jupiter.api.Test;

class NewestSnapshotsTest {

    @Test
    void anOlderSnapshotIsFollowedByTheNewestWhereverThatStands() {
        ModelSnapshot older = SnapshotWorkTest.snapshot("r", 40, EMA);
        ModelSnapshot newest = SnapshotWorkTest.snapshot("r", 60, EMA);
        for (List<ModelSnapshot> batch : List.of(List.of(newest, older), List.of(older, newest))) {
            assertTrue(NewestSnapshots.of(batch).follow(older));
            assertFalse(NewestSnapshots.of(batch).follow(newest));
        }
    }

    @Test
    void otherWeightsAndOtherRunsDoNotFollow() {
        ModelSnapshot snapshot = SnapshotWorkTest.snapshot("r", 20, EMA);
        NewestSnapshots others = NewestSnapshots.of(List.of(
                snapshot, SnapshotWorkTest.snapshot("r", 40, RAW), SnapshotWorkTest.snapshot("other", 40, EMA)));
        assertFalse(others.follow(snapshot));
    }
}
