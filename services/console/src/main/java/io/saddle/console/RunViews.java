package io.saddle.console;

import io.saddle.run.dual.JudgedModel;
import io.saddle.run.dual.JudgedModels;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.FidScore;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.Severity;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * The newest of each kind of record, by run, and which of its models are the best. Written by the readers' threads, read by any.
 * Of dual steps nothing is told before all that there have been are read: the newest until then would be an old one.
 */
final class RunViews {

    /** Begins the names of the services that judge models by their samples. */
    static final String JUDGE = "fid-evaluator";

    private record Raised(AlertKind kind, Severity severity) {}

    private final BooleanSupplier dualStepsKnown;
    private final Predicate<String> constrained;
    private final Map<String, RunStatus> statuses = new ConcurrentHashMap<>();
    private final Map<String, MultiplierUpdate> multipliers = new ConcurrentHashMap<>();
    private final Map<String, Map<String, ConstraintMultiplier>> rows = new ConcurrentHashMap<>();
    private final Map<String, FidScore> scores = new ConcurrentHashMap<>();
    private final Map<String, LossEstimate> estimates = new ConcurrentHashMap<>();
    private final Map<String, GradientSummary> summaries = new ConcurrentHashMap<>();
    private final Map<String, JudgedModels> models = new ConcurrentHashMap<>();
    /** When the newest was raised. */
    private final Map<Raised, Instant> alerts = new ConcurrentHashMap<>();
    /** Alerts that a snapshot was not judged. */
    private final Map<String, Alert> unjudged = new ConcurrentHashMap<>();

    /**
     * @param dualStepsKnown whether all dual steps that stood on the topic at the start have come
     * @param constrained whether a run has constraints in force
     */
    RunViews(BooleanSupplier dualStepsKnown, Predicate<String> constrained) {
        this.dualStepsKnown = dualStepsKnown;
        this.constrained = constrained;
    }

    /** Forgets runs of which nobody will ask any more. */
    void forget(Predicate<String> gone) {
        List.of(statuses, multipliers, rows, scores, summaries, models, unjudged)
                .forEach(byRun -> byRun.keySet().removeIf(gone));
        estimates.keySet().removeIf(key -> gone.test(RunPartitioner.runId(key)));
    }

    void put(RunStatus status) {
        statuses.put(status.getRunId(), status);
    }

    void put(MultiplierUpdate update) {
        models(update.getRunId()).add(update);
        MultiplierUpdate newest = multipliers.get(update.getRunId());
        if (newest == null || update.getDualStep() >= newest.getDualStep()) {
            rows.put(update.getRunId(), rows(update, rows.getOrDefault(update.getRunId(), Map.of())));
            multipliers.put(update.getRunId(), update);
        }
    }

    private static Map<String, ConstraintMultiplier> rows(
            MultiplierUpdate update, Map<String, ConstraintMultiplier> before) {
        Map<String, ConstraintMultiplier> now = new LinkedHashMap<>();
        for (ConstraintMultiplier row : update.getConstraints()) {
            ConstraintMultiplier old = before.get(row.getConstraintId());
            boolean measured = row.getSlack() != null || old == null || old.getVersion() != row.getVersion();
            now.put(
                    row.getConstraintId(),
                    measured
                            ? row
                            : ConstraintMultiplier.newBuilder(old)
                                    .setAfter(row.getAfter())
                                    .setMixtureWeight(row.getMixtureWeight())
                                    .build());
        }
        return Collections.unmodifiableMap(now);
    }

    void put(FidScore score) {
        models(score.getRunId()).add(score);
        scores.merge(score.getRunId(), score, (old, now) -> now.getStep() >= old.getStep() ? now : old);
    }

    void put(LossEstimate estimate) {
        estimates.put(Topics.constraintKey(estimate.getRunId(), estimate.getConstraintId()), estimate);
    }

    void put(Alert alert) {
        alerts.merge(
                new Raised(alert.getKind(), alert.getSeverity()),
                alert.getRaisedAt(),
                (before, now) -> now.isAfter(before) ? now : before);
        if (alert.getStep() != null && alert.getService().startsWith(JUDGE)) {
            unjudged.put(alert.getRunId(), alert);
        }
    }

    /** When the newest alert of this kind was raised, by the clock of whoever raised it; 1970 if none was. */
    Instant newestAlert(AlertKind kind, Severity severity) {
        return alerts.getOrDefault(new Raised(kind, severity), Instant.EPOCH);
    }

    /** Why the model that a run has ended with was not judged; empty as far as anybody has said. */
    Optional<Alert> unjudged(RunStatus ended) {
        return Optional.ofNullable(unjudged.get(ended.getRunId())).filter(alert -> alert.getStep() == ended.getStep());
    }

    void put(GradientSummary summary) {
        summaries.put(summary.getRunId(), summary);
    }

    /** Whether all dual steps are read, and with them how good each model is. */
    boolean knowsDualSteps() {
        return dualStepsKnown.getAsBoolean();
    }

    /** The run's judged models, the best first; empty before {@link #knowsDualSteps()}. */
    Optional<List<JudgedModel>> judged(String runId) {
        if (!knowsDualSteps()) {
            return Optional.empty();
        }
        JudgedModels known = models.get(runId);
        return Optional.of(known == null ? List.of() : known.bestFirst(constrained.test(runId)));
    }

    /**
     * Primal steps of its judged models, the best first.
     *
     * @throws Refusal before {@link #knowsDualSteps()}
     */
    List<Long> judgedSteps(String runId) {
        return judged(runId)
                .orElseThrow(
                        () -> Refusal.unavailable("the console has just started and still reads how the models of run '"
                                + runId + "' were judged; ask again in a while"))
                .stream()
                .map(JudgedModel::step)
                .toList();
    }

    private JudgedModels models(String runId) {
        return models.computeIfAbsent(runId, id -> new JudgedModels());
    }

    /** The newest estimate that came since this console is up. */
    Optional<LossEstimate> estimate(String runId, String constraintId) {
        return Optional.ofNullable(estimates.get(Topics.constraintKey(runId, constraintId)));
    }

    Optional<RunStatus> status(String runId) {
        return Optional.ofNullable(statuses.get(runId));
    }

    /** The phase of a run; queued as long as no trainer has said anything. */
    RunPhase phase(String runId) {
        return status(runId).map(RunStatus::getPhase).orElse(RunPhase.QUEUED);
    }

    /** The newest primal step that came since this console is up. */
    Optional<GradientSummary> summary(String runId) {
        return Optional.ofNullable(summaries.get(runId));
    }

    /** Those of the newest dual step; empty before {@link #knowsDualSteps()}. */
    Optional<MultiplierUpdate> multipliers(String runId) {
        return knowsDualSteps() ? Optional.ofNullable(multipliers.get(runId)) : Optional.empty();
    }

    /**
     * The rows of the newest dual step, one for each constraint: its multiplier now, and the loss and slack of the newest dual
     * step that moved it, for in ASYNC each one moves some. Empty before {@link #knowsDualSteps()}.
     */
    Optional<Collection<ConstraintMultiplier>> rows(String runId) {
        return knowsDualSteps() ? Optional.of(rows.getOrDefault(runId, Map.of()).values()) : Optional.empty();
    }

    Optional<FidScore> score(String runId) {
        return Optional.ofNullable(scores.get(runId));
    }
}
