package io.saddle.cli.track;

import io.saddle.run.RunPhases;
import io.saddle.schema.FidScore;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.RunStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/**
 * One run as its topics tell it, from their beginning. The same records of each topic in the same order give the same points,
 * those of each curve in the order of their positions: what a trainer does again after a crash is passed over.
 */
final class TrackedRun {

    private final Duration scorePatience;
    private long primalStep;
    private long dualStep;
    private ReadPosition vectorAt = ReadPosition.BEFORE_ALL;
    private ReadPosition scoredAt = ReadPosition.BEFORE_ALL;
    private boolean hasFinalModel;
    private boolean judged;
    private RunStatus status;
    private Instant lastWord = Instant.EPOCH;

    /** @param scorePatience how long after a run's last word the score of its finished model is waited for */
    TrackedRun(Duration scorePatience) {
        this.scorePatience = scorePatience;
    }

    /** The points that a record adds to the curves; none where it says nothing new. */
    List<Scalar> take(SpecificRecord record) {
        if (record instanceof GradientSummary summary) {
            return take(summary);
        } else if (record instanceof MultiplierUpdate update) {
            return take(update);
        } else if (record instanceof FidScore score) {
            return take(score);
        } else if (record instanceof ModelSnapshot snapshot) {
            hasFinalModel |= snapshot.getLast();
        } else if (record instanceof RunStatus now) {
            status = now;
            heard(now.getUpdatedAt());
        }
        return List.of();
    }

    private List<Scalar> take(GradientSummary summary) {
        if (summary.getStep() <= primalStep) {
            return List.of();
        }
        primalStep = summary.getStep();
        return Scalars.of(summary);
    }

    /**
     * ASYNC: the estimates of one snapshot give a dual step each, and one of an older snapshot may come after one of a newer. The
     * vector is shown from the newest on, in the order of the dual steps.
     */
    private List<Scalar> take(MultiplierUpdate update) {
        if (update.getDualStep() <= dualStep) {
            return List.of();
        }
        dualStep = update.getDualStep();
        ReadPosition own = Scalars.own(update);
        vectorAt = new ReadPosition(Math.max(own.step(), vectorAt.step()), own.millis()).after(vectorAt);
        return Scalars.of(update, vectorAt);
    }

    /** The finished model may have been judged as one of many before: with more images now. */
    private List<Scalar> take(FidScore score) {
        heard(score.getEvaluatedAt());
        boolean isNew =
                score.getStep() > scoredAt.step() || score.getStep() == scoredAt.step() && score.getLast() && !judged;
        judged |= score.getLast();
        if (!isNew) {
            return List.of();
        }
        scoredAt = Scalars.own(score).after(scoredAt);
        return Scalars.of(score, scoredAt);
    }

    private void heard(Instant at) {
        if (at.isAfter(lastWord)) {
            lastWord = at;
        }
    }

    /** The state of the run; empty before the first word of it. */
    Optional<RunStatus> status() {
        return Optional.ofNullable(status);
    }

    /** True if the trainer will do no more for it. */
    boolean hasEnded() {
        return status != null && RunPhases.isFinal(status.getPhase());
    }

    /** True if a finished model was announced that has no score yet. */
    boolean awaitsScore() {
        return hasFinalModel && !judged;
    }

    /** True if nothing more is to come of it: it has ended, and its finished model is judged or has been waited for in vain. */
    boolean isOver(Instant now) {
        return hasEnded() && (!awaitsScore() || now.isAfter(lastWord.plus(scorePatience)));
    }
}
