package io.saddle.dualupdater;

import io.saddle.schema.TrainingRun;
import java.util.List;
import java.util.Map;

/**
 * Runs of a partition that its store lacks and the topics have.
 *
 * @param lost what the store knows nothing of, or too little, by run; replaces what it has
 * @param refused the newest records of runs that a build before this one could not read, and this one can
 */
record RecoveredRuns(Map<String, DualRun> lost, List<TrainingRun> refused) {

    static final RecoveredRuns NONE = new RecoveredRuns(Map.of(), List.of());
}
