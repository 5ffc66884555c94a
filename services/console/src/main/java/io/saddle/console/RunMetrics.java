package io.saddle.console;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.saddle.console.lifecycle.StoredArtifacts;
import io.saddle.run.RunPhases;
import io.saddle.run.spec.DataSetVersions;
import io.saddle.schema.AlertKind;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.ExecutionPhase;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.PipelineExecution;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.Severity;
import io.saddle.schema.StepPhase;
import io.saddle.schema.TrainingRun;
import io.saddle.service.PeriodicTask;
import io.saddle.service.ServiceComponent;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The state of the runs under way, from the topics, as metrics: so that whatever scrapes them can alert on a constraint's slack.
 * Labels are bounded: runs that have ended are left out, and so are the oldest beyond {@value #RUNS}.
 */
@ApplicationScoped
public class RunMetrics implements ServiceComponent {

    static final int RUNS = 200;

    private static final Duration EVERY = Duration.ofSeconds(2);

    private final TopicFeed feed;
    private final StoredArtifacts stored;
    private final Clock clock;
    private final MeterRegistry meters;
    private final Map<String, MultiGauge> gauges = new TreeMap<>();
    private PeriodicTask task;

    public RunMetrics(TopicFeed feed, StoredArtifacts stored, Clock clock, MeterRegistry meters) {
        this.feed = feed;
        this.stored = stored;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public void start() {
        task = new PeriodicTask("run-metrics", Duration.ZERO, EVERY, this::refresh);
    }

    @Override
    public void stop() {
        if (task != null) {
            task.close();
        }
    }

    /** After whoever reads the topics: runs that were told of one by one would look as if they failed now. */
    @Override
    public int order() {
        return 1;
    }

    /** The gauges' rows while they are gathered, by the gauge's name. */
    private final class Rows {

        private final Map<String, List<Row<?>>> rows = new TreeMap<>();

        void add(String name, Tags tags, Number value) {
            if (value != null && Double.isFinite(value.doubleValue())) {
                rows.computeIfAbsent(name, any -> new ArrayList<>()).add(Row.of(tags, value));
            }
        }

        void show() {
            rows.keySet().forEach(name -> gauges.computeIfAbsent(name, RunMetrics.this::gauge));
            gauges.forEach((name, gauge) -> gauge.register(rows.getOrDefault(name, List.of()), true));
        }
    }

    private MultiGauge gauge(String name) {
        return MultiGauge.builder(name)
                .baseUnit(
                        name.endsWith(".age") || name.endsWith(".timestamp")
                                ? "seconds"
                                : name.endsWith(".stored") ? "bytes" : null)
                .register(meters);
    }

    void refresh() {
        Rows rows = new Rows();
        Map<RunPhase, Integer> phases = new EnumMap<>(RunPhase.class);
        List<TrainingRun> underWay = new ArrayList<>();
        for (TrainingRun run : feed.tables().runs()) {
            RunPhase phase = feed.views().phase(run.getRunId());
            phases.merge(
                    WaitingRuns.shown(run, feed.views().status(run.getRunId()), feed.workers()::hasGone),
                    1,
                    Integer::sum);
            if (!RunPhases.isFinal(phase)) {
                underWay.add(run);
            }
        }
        for (RunPhase phase : RunPhase.values()) {
            rows.add("saddle.runs", Tags.of("phase", phase.name()), phases.getOrDefault(phase, 0));
        }
        executions(rows);
        artifacts(rows);
        alerts(rows);
        underWay.sort(Comparator.comparing(TrainingRun::getSubmittedAt).reversed());
        underWay.stream().limit(RUNS).forEach(run -> add(rows, run));
        rows.show();
    }

    private void artifacts(Rows rows) {
        Map<String, Long> bytes = new TreeMap<>(Map.of("runs", 0L, DataSetVersions.FOLDER, 0L));
        stored.all()
                .forEach((runId, there) -> bytes.merge(
                        runId.equals(DataSetVersions.FOLDER) ? DataSetVersions.FOLDER : "runs",
                        there.bytes(),
                        Long::sum));
        bytes.forEach((of, sum) -> rows.add("saddle.artifacts.stored", Tags.of("of", of), sum));
    }

    /** What a counter of this process cannot tell: what was raised while no console was there. */
    private void alerts(Rows rows) {
        for (AlertKind kind : AlertKind.values()) {
            for (Severity severity : Severity.values()) {
                rows.add(
                        "saddle.alert.newest.timestamp",
                        Tags.of("kind", kind.name(), "severity", severity.name()),
                        feed.views().newestAlert(kind, severity).toEpochMilli() / 1000.0);
            }
        }
    }

    private void executions(Rows rows) {
        Map<ExecutionPhase, Integer> phases = new EnumMap<>(ExecutionPhase.class);
        Map<StepPhase, Integer> steps = new EnumMap<>(StepPhase.class);
        for (PipelineExecution execution : feed.pipelines().executions()) {
            feed.pipelines().status(execution.getExecutionId()).ifPresent(status -> {
                phases.merge(status.getPhase(), 1, Integer::sum);
                if (status.getEndedAt() == null) {
                    status.getSteps().forEach(step -> steps.merge(step.getPhase(), 1, Integer::sum));
                }
            });
        }
        for (ExecutionPhase phase : ExecutionPhase.values()) {
            rows.add("saddle.executions", Tags.of("phase", phase.name()), phases.getOrDefault(phase, 0));
        }
        for (StepPhase phase : StepPhase.values()) {
            rows.add("saddle.execution.steps", Tags.of("phase", phase.name()), steps.getOrDefault(phase, 0));
        }
    }

    private void add(Rows rows, TrainingRun run) {
        String runId = run.getRunId();
        RunPhase phase = feed.views().phase(runId);
        // Nobody writes of it: what grows old, and what waits for multipliers, would look as if somebody hung.
        boolean rests = Absences.rests(run, phase);
        Tags tags = Tags.of("run", runId);
        rows.add("saddle.run.at.work", tags, RunWorkers.isAtWork(phase) ? 1 : 0);
        stored.of(runId).ifPresent(there -> rows.add("saddle.run.stored", tags, there.bytes()));
        Optional<RunStatus> newest = feed.views().status(runId);
        if (!rests) {
            // Whom no trainer ever took is silent since somebody submitted it.
            rows.add(
                    "saddle.run.status.age",
                    tags,
                    age(newest.map(RunStatus::getUpdatedAt).orElse(run.getSubmittedAt())));
        }
        newest.ifPresent(status -> {
            rows.add("saddle.run.step", tags, status.getStep());
            rows.add("saddle.run.target.steps", tags, status.getTotalSteps());
            if (!rests) {
                rows.add("saddle.run.waits", tags, status.getPhase() == RunPhase.WAITING_FOR_MULTIPLIERS ? 1 : 0);
            }
        });
        feed.views().summary(runId).ifPresent(summary -> add(rows, tags, summary, rests));
        feed.views().score(runId).ifPresent(score -> {
            rows.add("saddle.run.fid", tags, score.getFid());
            rows.add("saddle.run.distance.to.uniform", tags, score.getDistanceToUniform());
        });
        Optional<MultiplierUpdate> update = feed.views().multipliers(runId);
        if (!rests
                && newest.isPresent()
                && feed.views().knowsDualSteps()
                && (update.isPresent() || !feed.tables().active(runId).isEmpty())) {
            // Of the first dual step, too, somebody has to hear that it does not come.
            rows.add(
                    "saddle.run.dual.step.age",
                    tags,
                    age(update.map(MultiplierUpdate::getUpdatedAt).orElse(run.getSubmittedAt())));
        }
        update.ifPresent(multipliers -> add(rows, tags, runId, multipliers));
    }

    private static void add(Rows rows, Tags tags, GradientSummary summary, boolean rests) {
        rows.add("saddle.run.samples.per.second", tags, summary.getSamplesPerSecond());
        rows.add("saddle.run.gradient.norm", tags, summary.getGradientNorm());
        if (!rests) {
            rows.add("saddle.run.stale.steps", tags, summary.getStaleSteps());
        }
        rows.add("saddle.run.lagrangian.loss", tags, summary.getLagrangianLoss());
    }

    private void add(Rows rows, Tags tags, String runId, MultiplierUpdate update) {
        rows.add("saddle.run.dual.step", tags, update.getDualStep());
        Set<String> active = feed.tables().active(runId).stream()
                .map(ConstraintDefinition::getConstraintId)
                .collect(Collectors.toSet());
        // The row of one that is retired stays until a dual step leaves it out: without any other there is none.
        for (ConstraintMultiplier row : feed.views().rows(runId).stream()
                .flatMap(Collection::stream)
                .filter(row -> active.contains(row.getConstraintId()))
                .toList()) {
            Tags of = tags.and("constraint", row.getConstraintId());
            rows.add("saddle.constraint.multiplier", of, row.getAfter());
            rows.add("saddle.constraint.mixture.weight", of, row.getMixtureWeight());
            rows.add("saddle.constraint.loss", of, row.getLoss());
            rows.add("saddle.constraint.slack", of, row.getSlack());
        }
    }

    private double age(Instant since) {
        return Math.max(0, Duration.between(since, clock.instant()).toMillis() / 1000.0);
    }
}
