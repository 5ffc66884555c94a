package io.saddle.cli.verify;

import io.saddle.diffusion.training.Multipliers;
import io.saddle.kafka.RecordHistory;
import io.saddle.model.training.Retraining;
import io.saddle.model.training.TrainedSources;
import io.saddle.run.RunTables;
import io.saddle.schema.AuditEntry;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.RunMetadata;
import io.saddle.schema.RunStatus;
import io.saddle.schema.SlotResult;
import io.saddle.schema.SourceSummary;
import io.saddle.schema.TrainingRun;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;

/** What the topics say of a run that its proof needs: what each step was made of, and what was said of what came of it. */
final class RunRecords {

    /**
     * Before a step began, within which nobody can tell whether the trainer knew of a change: its clock and the console's differ, and the
     * change took its time to get there. More than 5 s, by which a clock may go back before a service ends.
     */
    static final Duration CLOCKS = Duration.ofSeconds(10);

    private final String runId;
    private TrainingRun run;
    private RunStatus status;
    private RunMetadata metadata;
    private final Map<String, ConstraintDefinition> constraints = new HashMap<>();
    private final ConstraintChanges changes = new ConstraintChanges();
    private final NavigableMap<Long, GradientSummary> steps = new TreeMap<>();
    private final Map<String, ModelSnapshot> models = new TreeMap<>();
    private final Map<Long, Map<Integer, Map<String, Set<String>>>> slots = new HashMap<>();
    /** Of slots, by the step that their round began after. */
    private final Map<Long, StepMakers> slotMakers = new HashMap<>();

    RunRecords(String runId) {
        this.runId = runId;
    }

    /** Reads the run's partition of each topic. */
    static RunRecords read(RecordHistory past, String runId) {
        RunRecords records = new RunRecords(runId);
        records.each(past, Topics.RUNS, TrainingRun::getRunId, value -> records.run = value);
        records.each(past, Topics.RUN_STATUS, RunStatus::getRunId, records::add);
        records.each(past, Topics.RUN_METADATA, RunMetadata::getRunId, value -> records.metadata = value);
        records.each(past, Topics.CONSTRAINTS, ConstraintDefinition::getRunId, records::add);
        records.each(past, Topics.AUDIT, entry -> entry.getKey().split("/", 2)[0], records::add);
        records.each(past, Topics.GRADIENT_SUMMARIES, GradientSummary::getRunId, records::add);
        records.each(past, Topics.SNAPSHOTS, ModelSnapshot::getRunId, records::add);
        records.each(past, Topics.SLOT_RESULTS, SlotResult::getRunId, records::add);
        return records;
    }

    private <T extends SpecificRecord> void each(
            RecordHistory past, Topic<T> topic, Function<T, String> owner, Consumer<T> action) {
        past.forEach(topic, RunPartitioner.partition(runId, topic.partitions()), value -> {
            if (value != null && runId.equals(owner.apply(value))) {
                action.accept(value);
            }
        });
    }

    void add(RunStatus newest) {
        status = newest;
    }

    void add(ConstraintDefinition definition) {
        constraints.merge(
                definition.getConstraintId(),
                definition,
                (before, now) -> now.getVersion() >= before.getVersion() ? now : before);
    }

    void add(AuditEntry entry) {
        changes.add(entry);
    }

    void add(GradientSummary summary) {
        steps.put(summary.getStep(), summary);
    }

    void add(ModelSnapshot snapshot) {
        models.put(snapshot.getArtifact().getUri(), snapshot);
    }

    void add(SlotResult result) {
        if (result.getState() != null) {
            slots.computeIfAbsent(result.getStep(), step -> new TreeMap<>())
                    .computeIfAbsent(result.getSlot(), slot -> new TreeMap<>())
                    .computeIfAbsent(result.getRound(), round -> new TreeSet<>())
                    .add(result.getState().getSha256());
            StepMakers makers = slotMakers.computeIfAbsent(result.getStep(), step -> new StepMakers());
            result.getSummaries().forEach(makers::add);
        }
    }

    /** Empty if there is no such run. */
    Optional<TrainingRun> run() {
        return Optional.ofNullable(run);
    }

    Optional<RunStatus> status() {
        return Optional.ofNullable(status);
    }

    /** Since when its artifacts are deleted, or about to be; empty if they are to stay. */
    Optional<Instant> deleted() {
        return Optional.ofNullable(metadata)
                .filter(known -> RunTables.isDeleted(known.getLifecycle()))
                .map(RunMetadata::getLifecycleSince);
    }

    /** The models that were announced, by their address. */
    Map<String, ModelSnapshot> models() {
        return models;
    }

    /**
     * What was said to have come of a slot of the round after a step, by the round's name: of one round one hash, if all went well, however
     * often it was done.
     */
    Map<String, Set<String>> slot(long step, int slot) {
        return slots.getOrDefault(step, Map.of()).getOrDefault(slot, Map.of());
    }

    /**
     * What the steps from one to another were made of, the first of them after {@code from}.
     *
     * @param together whether they are those of a round, which takes its constraints up at its beginning; else each step does so at its own
     * @throws IllegalArgumentException if that is not on the topics any more
     */
    List<Retraining.Step> between(long from, long to, boolean together) {
        List<Retraining.Step> between = new ArrayList<>();
        for (long step = from + 1; step <= to; step++) {
            GradientSummary summary = steps.get(step);
            if (summary == null) {
                throw new IllegalArgumentException(
                        Topics.GRADIENT_SUMMARIES.name() + " has no step " + step + " any more");
            }
            between.add(step(summary, together ? from : step - 1));
        }
        return between;
    }

    /** Who made the steps from one to another, the first of them after {@code from}, and the slots of a round after that. */
    StepMakers makers(long from, long to) {
        StepMakers makers = new StepMakers();
        steps.subMap(from, false, to, true).values().forEach(makers::add);
        makers.addAll(slotMakers.getOrDefault(from, new StepMakers()));
        return makers;
    }

    /**
     * When what came after a step, a round or the next step, took its constraints up at the earliest; of the first one, before anybody could
     * change anything. The records say of a step when it ended, and of none when it began.
     */
    private Instant begun(long step) {
        if (step == 0) {
            return Instant.MIN;
        }
        GradientSummary last = steps.get(step);
        if (last == null) {
            throw new IllegalArgumentException(Topics.GRADIENT_SUMMARIES.name() + " has no step " + step + " any more");
        }
        return last.getRecordedAt().minus(CLOCKS);
    }

    /** @param after the step after which its constraints were taken up */
    private Retraining.Step step(GradientSummary summary, long after) {
        List<ConstraintDefinition> trained = new ArrayList<>();
        List<Double> lambda = new ArrayList<>();
        for (SourceSummary source : summary.getSources()) {
            if (!source.getSource().equals(TrainedSources.OBJECTIVE)) {
                trained.add(definition(source.getSource(), summary.getStep(), after));
                lambda.add(source.getMultiplier());
            }
        }
        return new Retraining.Step(
                trained,
                new Multipliers(lambda.stream().mapToDouble(Double::doubleValue).toArray()));
    }

    private ConstraintDefinition definition(String id, long step, long after) {
        ConstraintDefinition definition = constraints.get(id);
        if (definition == null || mayHaveChanged(definition, after)) {
            throw new IllegalArgumentException("constraint '" + id + "' may have been changed after step " + step
                    + " took it up, and what it was then is not known any more");
        }
        return definition;
    }

    /** Whether what it is trained on may be other than what was taken up after a step. */
    private boolean mayHaveChanged(ConstraintDefinition definition, long after) {
        if (definition.getVersion() == 1) {
            return false;
        }
        Instant asOf = begun(after);
        return definition.getUpdatedAt().isAfter(asOf) && !changes.isTrainedOnAsItWas(asOf, definition);
    }
}
