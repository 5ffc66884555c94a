package io.saddle.dualupdater;

import io.saddle.run.dual.DualMemory;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.DualOptimizerKind;
import io.saddle.schema.OptimizerMemory;

/** A {@link DualMemory} as the record of a dual step carries it: what an optimizer goes on from, should all other state be lost. */
final class LoggedMemory {

    private LoggedMemory() {}

    static OptimizerMemory of(DualMemory memory, DualSettings settings) {
        return new OptimizerMemory(
                DualOptimizerKind.valueOf(settings.optimizer().name()),
                memory.steps(),
                memory.first(),
                memory.second());
    }

    /**
     * The memory after the step of a row.
     *
     * @param settings null if the run is not known: the memory is then taken for its optimizer's
     * @param before for a record of an earlier release, which has none: the moments are lost, the steps counted
     */
    static DualMemory after(ConstraintMultiplier row, DualSettings settings, DualMemory before) {
        OptimizerMemory logged = row.getMemory();
        if (logged == null) {
            return row.getLoss() == null ? before : new DualMemory(before.steps() + 1, before.first(), before.second());
        }
        boolean another = settings != null
                && !logged.getOptimizer().name().equals(settings.optimizer().name());
        return another ? DualMemory.NONE : new DualMemory(logged.getSteps(), logged.getFirst(), logged.getSecond());
    }
}
