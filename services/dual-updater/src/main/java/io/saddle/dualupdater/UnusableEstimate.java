package io.saddle.dualupdater;

import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Severity;
import java.time.Instant;
import java.util.Optional;

/**
 * An evaluator's estimates of one version of a constraint that no dual step can be made of: more of them would not help, somebody
 * has to know.
 */
record UnusableEstimate(String runId, String constraintId, int version, String evaluator, boolean shadow, Fault fault) {

    /** The name that the service gives itself in alerts and letters. */
    static final String SERVICE = "dual-updater";

    private static final String SNAPSHOTS_OWN =
            "an estimate's step and dualStep are those of the snapshot that it was made of; see the evaluator's log";

    /** What is wrong with them. */
    enum Fault {
        NO_REFERENCE(
                "move nothing: its threshold is relative, and they do not say to what (thresholdReference)",
                "let an evaluator measure it that knows relative thresholds, or add the constraint anew with an absolute one"),
        NOT_FINITE(
                "move nothing: loss or reference is not finite, or larger than a step can be made with",
                "see the evaluator's log and the run's losses"),
        OUT_OF_TURN(
                "move nothing where they name a step that has no snapshot for the next dual step (one names step %d)",
                SNAPSHOTS_OWN),
        EARLY("move nothing where they name a dual step that was not made yet (one of step %d)", SNAPSHOTS_OWN),
        UNDEFINED(
                "move nothing: they are of version %2$d, and no such definition has come",
                "an estimate's constraintId and constraintVersion are those of a definition on saddle.constraints; see the"
                        + " evaluator's log, and './saddle constraint list' for those that there are"),
        STALE(
                "move nothing now: several in a row are of snapshots before the one that moved it last (the newest of step %d)",
                "a run that was taken up from an earlier checkpoint comes past it by itself; if no snapshot was that far, that estimate"
                        + " was wrong: hand the constraint over to another evaluator, or anew ('./saddle constraint promote --handover"
                        + " RESET')"),
        CONTRADICTED(
                "contradict each other: of step %d two differ by more than their errors, and the first one counts",
                "see by './saddle evaluators' whether two programs go by this name, and end one or call it otherwise");

        private final String words;
        private final String remedy;

        Fault(String words, String remedy) {
            this.words = words;
            this.remedy = remedy;
        }

        /** @param settings of the run; null where that is not known */
        static Optional<Fault> of(Verdict verdict, DualSettings settings) {
            return switch (verdict) {
                case NO_REFERENCE -> Optional.of(NO_REFERENCE);
                case NOT_FINITE -> Optional.of(NOT_FINITE);
                case OUT_OF_TURN -> Optional.of(OUT_OF_TURN);
                // PIPELINED keeps it.
                case EARLY -> settings.delay() > 0 ? Optional.empty() : Optional.of(EARLY);
                default -> Optional.empty();
            };
        }
    }

    static UnusableEstimate of(String runId, DualEstimate estimate, Fault fault) {
        return new UnusableEstimate(
                runId,
                estimate.constraintId(),
                estimate.constraintVersion(),
                estimate.evaluator(),
                estimate.shadow(),
                fault);
    }

    /** @param step of one of them */
    Alert alert(long step, Instant now) {
        boolean goesOn = shadow || fault == Fault.STALE || fault == Fault.CONTRADICTED;
        return Alert.newBuilder()
                .setRunId(runId)
                .setKind(AlertKind.OTHER)
                .setSeverity(goesOn ? Severity.WARNING : Severity.ERROR)
                .setMessage("constraint '" + constraintId + "': the estimates of '" + evaluator + "'"
                        + (shadow ? ", which is in the shadow, would " : " ")
                        + String.format(fault.words, step, version))
                .setRemedy(fault.remedy)
                .setConstraintId(constraintId)
                .setService(SERVICE)
                .setRaisedAt(now)
                .build();
    }
}
