package io.saddle.run.spec;

import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.DataSelection;
import io.saddle.schema.DesiredState;
import io.saddle.schema.MultiplierHandover;
import io.saddle.schema.PretrainedModel;
import io.saddle.schema.ThresholdKind;
import io.saddle.schema.TrainingRun;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalDouble;

/** Turns specifications into the records of a new run. */
public final class Submissions {

    private final RunSpecParser parser;
    private final Clock clock;

    /**
     * @param parser writes the specification into the run's record
     * @param clock gives the records their times
     */
    public Submissions(RunSpecParser parser, Clock clock) {
        this.parser = parser;
        this.clock = clock;
    }

    /**
     * A run at revision 1, wanted RUNNING, and its constraints at version 1, ACTIVE. The run's id is the specification's name.
     *
     * @param submittedBy who asks for it; null where not known
     */
    public Submission submission(RunSpec spec, String submittedBy) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        TrainingRun run = TrainingRun.newBuilder()
                .setRunId(spec.name())
                .setRevision(1)
                .setDesiredState(DesiredState.RUNNING)
                .setSpec(parser.toJson(spec))
                .setSpecVersion(spec.version())
                .setConstraintIds(
                        spec.constraints().stream().map(RunSpec.Constraint::id).toList())
                .setSubmittedAt(now)
                .setUpdatedAt(now)
                .setUpdatedBy(submittedBy)
                .setSubmittedBy(submittedBy)
                .setPriority(spec.priority())
                .build();
        List<ConstraintDefinition> constraints = spec.constraints().stream()
                .map(constraint -> definition(spec, constraint, submittedBy))
                .toList();
        return new Submission(run, constraints);
    }

    /**
     * The first definition of a constraint, ACTIVE.
     *
     * @param spec the run's
     * @param updatedBy who asks for it; null where not known
     */
    public ConstraintDefinition definition(RunSpec spec, RunSpec.Constraint constraint, String updatedBy) {
        RunSpec.InitialModel model = constraint.model();
        return ConstraintDefinition.newBuilder()
                .setRunId(spec.name())
                .setConstraintId(constraint.id())
                .setVersion(1)
                .setState(ConstraintState.ACTIVE)
                .setKind(constraint.kind())
                .setEvaluator(constraint.evaluator())
                .setData(selection(constraint.data()))
                .setEvaluationData(selection(constraint.evaluationData()))
                .setEvaluationSamples(constraint.evaluationSamples())
                .setThreshold(constraint.threshold())
                .setThresholdKind(thresholdKind(constraint.relativeTo()))
                .setObjectiveData(
                        constraint.relativeTo() == RunSpec.RelativeTo.OBJECTIVE ? selection(spec.data()) : null)
                .setModel(model == null ? null : new PretrainedModel(model.folder(), model.sha256()))
                .setInitialMultiplier(constraint.initialMultiplier())
                .setMultiplierHandover(MultiplierHandover.KEEP)
                .setResilience(orNull(constraint.resilience()))
                .setDualLearningRate(orNull(constraint.dualLearningRate()))
                .setParameters(constraint.parameters())
                .setUpdatedAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
                .setUpdatedBy(updatedBy)
                .build();
    }

    private static DataSelection selection(RunSpec.Data data) {
        return data == null ? null : DataSelections.toAvro(data);
    }

    private static Double orNull(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }

    private static ThresholdKind thresholdKind(RunSpec.RelativeTo relativeTo) {
        if (relativeTo == null) {
            return ThresholdKind.ABSOLUTE;
        }
        return relativeTo == RunSpec.RelativeTo.OBJECTIVE
                ? ThresholdKind.RELATIVE_TO_OBJECTIVE
                : ThresholdKind.RELATIVE_TO_REFERENCE;
    }
}
