package io.saddle.dualupdater;

/** The outcome of an estimate; counted, so that a person sees why one moved nothing. */
enum Verdict {
    /** Moved its multiplier. */
    STEPPED,
    /** Kept until the other constraints' estimates of the same snapshot are there. */
    WAITING,
    /** From an evaluator in the shadow: shown, never used. */
    SHADOW,
    /** Its snapshot's dual step is already done, or a newer snapshot moved the multiplier. */
    LATE,
    /** Of a snapshot whose dual step has not been reached; PIPELINED keeps it until it is. */
    EARLY,
    /** Of a step that has no snapshot for the next dual step: before its dual point or beside one, past the run's end, past the one that is waited for, or farther than a run may have come. */
    OUT_OF_TURN,
    /** Made for another version of the definition, by another evaluator, or for a constraint that is not active. */
    OUT_OF_VERSION,
    /** Loss or reference is not finite, or so large that steps with such a multiplier would not be. */
    NOT_FINITE,
    /** Without the loss that the constraint's threshold is relative to. */
    NO_REFERENCE,
    /** The run or the constraint is not known yet: kept until it is. */
    UNKNOWN_YET
}
