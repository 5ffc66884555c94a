package io.saddle.service;

import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.SnapshotWeights;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The newest step of each run's snapshots of the same weights, among those that came together. */
final class NewestSnapshots {

    private record Series(String runId, SnapshotWeights weights) {

        static Series of(ModelSnapshot snapshot) {
            return new Series(snapshot.getRunId(), snapshot.getWeights());
        }
    }

    private final Map<Series, Long> steps = new HashMap<>();

    private NewestSnapshots() {}

    static NewestSnapshots of(List<ModelSnapshot> snapshots) {
        NewestSnapshots newest = new NewestSnapshots();
        snapshots.forEach(snapshot -> newest.steps.merge(Series.of(snapshot), snapshot.getStep(), Math::max));
        return newest;
    }

    /** True if there is one that is newer than {@code snapshot}. */
    boolean follow(ModelSnapshot snapshot) {
        return steps.getOrDefault(Series.of(snapshot), Long.MIN_VALUE) > snapshot.getStep();
    }
}
