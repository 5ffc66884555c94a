package io.saddle.console.history;

import io.saddle.schema.Alert;
import io.saddle.schema.ArtifactRemoval;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.FidScore;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.RunMetadata;
import io.saddle.schema.RunStatus;
import io.saddle.schema.TrainingRun;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A run's past as a page needs it, in bounded memory: curves, scores, and a timeline. Thread-safe. */
public final class PageHistory {

    private final RunCurves curves;
    private final KeptScores scores = new KeptScores();
    private final Timeline timeline = new Timeline();
    private final Map<String, ConstraintDefinition> definitions = new HashMap<>();
    /** By constraint and evaluator, each of its newest version. */
    private final Map<String, Map<String, LossEstimate>> estimates = new HashMap<>();

    private final EvaluatorBuilds builds = new EvaluatorBuilds();

    private TrainingRun run;
    private RunMetadata metadata;
    private long checkpointStep = -1;

    /** One of which nothing is known yet, whose curves have room of their own. */
    public PageHistory() {
        this(new CurveRoom(Long.MAX_VALUE));
    }

    /** @param room that its curves share with those of other runs */
    PageHistory(CurveRoom room) {
        this.curves = new RunCurves(room);
    }

    public RunCurves curves() {
        return curves;
    }

    /** Takes an estimate, of a shadow too; other code that measures it becomes an event. */
    public synchronized void add(LossEstimate estimate) {
        estimates
                .computeIfAbsent(estimate.getConstraintId(), id -> new HashMap<>())
                .merge(
                        estimate.getEvaluator(),
                        estimate,
                        (old, now) -> now.getConstraintVersion() >= old.getConstraintVersion() ? now : old);
        curves.add(CurvePoints.of(estimate));
        builds.before(estimate)
                .ifPresent(before -> timeline.add(new TimelineEvent(
                        estimate.getComputedAt(),
                        "constraint",
                        estimate.getStep(),
                        null,
                        estimate.getConstraintId(),
                        estimate.getEvaluator() + " measures with other code, build " + estimate.getEvaluatorBuild()
                                + "; before: " + before,
                        null)));
    }

    /** What an evaluator has made last of the newest version of a constraint that it has measured; empty if it has measured none. */
    public synchronized Optional<LossEstimate> newestEstimate(String constraintId, String evaluator) {
        return Optional.ofNullable(
                estimates.getOrDefault(constraintId, Map.of()).get(evaluator));
    }

    /** Takes a score; some in between go once there are too many. */
    public synchronized void add(FidScore score) {
        scores.add(score);
    }

    /** Takes an alert. */
    public synchronized void add(Alert alert) {
        timeline.add(new TimelineEvent(
                alert.getRaisedAt(),
                Timeline.ALERT,
                alert.getStep(),
                alert.getSeverity().name(),
                alert.getConstraintId(),
                alert.getMessage(),
                alert.getRemedy()));
    }

    /** Takes what the trainer says; a checkpoint that was kept becomes an event. */
    public synchronized void add(RunStatus status) {
        if (status.getCheckpoint() != null && status.getCheckpoint().getStep() > checkpointStep) {
            checkpointStep = status.getCheckpoint().getStep();
            timeline.add(new TimelineEvent(
                    status.getUpdatedAt(),
                    Timeline.CHECKPOINT,
                    checkpointStep,
                    null,
                    null,
                    "checkpoint of step " + checkpointStep,
                    null));
        }
    }

    /** Takes a definition; what it changes of the one before becomes an event. */
    public synchronized void add(ConstraintDefinition definition) {
        ConstraintDefinition before = definitions.get(definition.getConstraintId());
        if (before != null && before.getVersion() >= definition.getVersion()) {
            return;
        }
        definitions.put(definition.getConstraintId(), definition);
        timeline.add(new TimelineEvent(
                definition.getUpdatedAt(),
                "constraint",
                null,
                null,
                definition.getConstraintId(),
                DefinitionChange.inWords(before, definition),
                why(definition.getUpdatedBy(), definition.getReason())));
    }

    /** Takes the run; what is wanted of it now becomes an event. */
    public synchronized void add(TrainingRun now) {
        if (run != null && run.getRevision() >= now.getRevision()) {
            return;
        }
        if (run == null) {
            timeline.add(runEvent(now.getSubmittedAt(), "submitted", now.getSubmittedBy()));
        }
        RunChange.inWords(run, now)
                .forEach(text -> timeline.add(runEvent(now.getUpdatedAt(), text, now.getUpdatedBy())));
        run = now;
    }

    /** Takes what is said of the run; what that changes becomes events, each removal of artifacts one of its own. */
    public synchronized void add(RunMetadata now) {
        if (metadata != null && metadata.getRevision() >= now.getRevision()) {
            return;
        }
        for (ArtifactRemoval removal : now.getRemovals()) {
            if (metadata == null || !metadata.getRemovals().contains(removal)) {
                timeline.add(runEvent(
                        removal.getRemovedAt(), LifecycleChange.inWords(now, removal), removal.getRemovedBy()));
            }
        }
        LifecycleChange.inWords(metadata, now)
                .forEach(text -> timeline.add(runEvent(now.getUpdatedAt(), text, now.getUpdatedBy())));
        metadata = now;
    }

    private static TimelineEvent runEvent(Instant at, String text, String by) {
        return new TimelineEvent(at, "run", null, null, null, text, why(by, null));
    }

    private static String why(String by, String reason) {
        if (by == null) {
            return reason;
        }
        return reason == null ? "by " + by : "by " + by + ": " + reason;
    }

    /** The newest last. */
    public synchronized List<TimelineEvent> timeline() {
        return timeline.all();
    }

    /** In the order of their steps. */
    public synchronized List<FidScore> scores() {
        return scores.all();
    }
}
