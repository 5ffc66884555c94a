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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** A run's past as a page needs it, in bounded memory: curves, scores, and a timeline. Thread-safe. */
public final class PageHistory {

    private static final int EVENTS = 1000;
    private static final int SCORES = 500;

    private final RunCurves curves;
    private final NavigableMap<Long, FidScore> scores = new TreeMap<>();
    private final Deque<TimelineEvent> events = new ArrayDeque<>();
    private final Map<String, ConstraintDefinition> definitions = new HashMap<>();
    /** By constraint those who have measured it. */
    private final Map<String, Set<String>> evaluators = new HashMap<>();

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

    /** Takes an estimate, of a shadow too. */
    public synchronized void add(LossEstimate estimate) {
        evaluators
                .computeIfAbsent(estimate.getConstraintId(), id -> new HashSet<>())
                .add(estimate.getEvaluator());
        curves.add(CurvePoints.of(estimate));
    }

    /** True if an evaluator has ever measured a constraint of this id. */
    public synchronized boolean isMeasured(String constraintId, String evaluator) {
        return evaluators.getOrDefault(constraintId, Set.of()).contains(evaluator);
    }

    /** Takes a score; the oldest in between go once there are too many. */
    public synchronized void add(FidScore score) {
        scores.put(score.getStep(), score);
        if (scores.size() > SCORES) {
            scores.remove(scores.higherKey(scores.firstKey()));
        }
    }

    /** Takes an alert. */
    public synchronized void add(Alert alert) {
        event(new TimelineEvent(
                alert.getRaisedAt(),
                "alert",
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
            event(new TimelineEvent(
                    status.getUpdatedAt(),
                    "checkpoint",
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
        event(new TimelineEvent(
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
        String text = run == null
                ? "submitted"
                : run.getDesiredState() == now.getDesiredState()
                        ? "dual settings changed"
                        : "asked to be " + now.getDesiredState().name().toLowerCase(Locale.ROOT);
        run = now;
        event(new TimelineEvent(now.getUpdatedAt(), "run", null, null, null, text, why(now.getUpdatedBy(), null)));
    }

    /** Takes what is said of the run; what that changes becomes events, each removal of artifacts one of its own. */
    public synchronized void add(RunMetadata now) {
        if (metadata != null && metadata.getRevision() >= now.getRevision()) {
            return;
        }
        for (ArtifactRemoval removal : now.getRemovals()) {
            if (metadata == null || !metadata.getRemovals().contains(removal)) {
                event(metadataEvent(
                        removal.getRemovedAt(), LifecycleChange.inWords(now, removal), removal.getRemovedBy()));
            }
        }
        LifecycleChange.inWords(metadata, now)
                .forEach(text -> event(metadataEvent(now.getUpdatedAt(), text, now.getUpdatedBy())));
        metadata = now;
    }

    private static TimelineEvent metadataEvent(Instant at, String text, String by) {
        return new TimelineEvent(at, "run", null, null, null, text, why(by, null));
    }

    private static String why(String by, String reason) {
        if (by == null) {
            return reason;
        }
        return reason == null ? "by " + by : "by " + by + ": " + reason;
    }

    private void event(TimelineEvent event) {
        // A reader that begins again tells the same again.
        if (events.contains(event)) {
            return;
        }
        events.addLast(event);
        if (events.size() > EVENTS) {
            events.removeFirst();
        }
    }

    /** The newest last. */
    public synchronized List<TimelineEvent> timeline() {
        return List.copyOf(events);
    }

    /** In the order of their steps. */
    public synchronized List<FidScore> scores() {
        return List.copyOf(scores.values());
    }
}
