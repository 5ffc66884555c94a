package io.saddle.run.spec;

import java.util.Collection;
import java.util.Optional;

/** The size of a slot's result, which is one record: it tells the loss of every constraint in every step between two dual steps. */
public final class SlotResultSize {

    /** The name of the objective's own loss beside those of the constraints. */
    static final String OBJECTIVE = "objective";

    /** Of the million that a record may have. */
    private static final long MOST_BYTES = 900_000;

    private static final int BYTES_OF_A_LOSS = 32;

    private SlotResultSize() {}

    /** Why a run whose steps are shared out cannot have these constraints at one time; empty if it can. */
    public static Optional<String> tooMany(RunSpec spec, Collection<String> constraintIds) {
        Integer slots = spec.training().slots();
        return slots != null && slots > 1
                ? tooMany(spec.dual().primalSteps(), spec.training().diagnosticsEvery(), constraintIds)
                : Optional.empty();
    }

    /** @param diagnosticsEvery 0: never */
    static Optional<String> tooMany(long primalSteps, int diagnosticsEvery, Collection<String> constraintIds) {
        if (bytes(primalSteps, diagnosticsEvery, constraintIds) <= MOST_BYTES) {
            return Optional.empty();
        }
        return Optional.of("a slot's result tells the loss of every constraint in every step, and is one record: "
                + constraintIds.size() + " constraints in " + primalSteps + " steps are too many for it;"
                + " take fewer dual.primalSteps"
                + (diagnosticsEvery > 0 ? ", or a larger training.diagnosticsEvery" : ""));
    }

    /** About; measured by writing such results. */
    private static long bytes(long primalSteps, int diagnosticsEvery, Collection<String> constraintIds) {
        long diagnostics = diagnosticsEvery > 0 ? BYTES_OF_A_LOSS / diagnosticsEvery : 0;
        long aStep = OBJECTIVE.length() + BYTES_OF_A_LOSS + diagnostics;
        for (String id : constraintIds) {
            aStep += id.length() + BYTES_OF_A_LOSS + diagnostics;
        }
        return primalSteps * aStep;
    }
}
