package io.saddle.spec;

import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.DesiredState;
import io.saddle.schema.MultiplierHandover;
import io.saddle.schema.TrainingRun;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

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
                .build();
        List<ConstraintDefinition> constraints = spec.constraints().stream()
                .map(constraint -> definition(spec.name(), constraint, now, submittedBy))
                .toList();
        return new Submission(run, constraints);
    }

    private static ConstraintDefinition definition(
            String runId, RunSpec.Constraint constraint, Instant now, String submittedBy) {
        RunSpec.Data evaluationData = constraint.evaluationData();
        return ConstraintDefinition.newBuilder()
                .setRunId(runId)
                .setConstraintId(constraint.id())
                .setVersion(1)
                .setState(ConstraintState.ACTIVE)
                .setEvaluator(constraint.evaluator())
                .setData(DataSelections.toAvro(constraint.data()))
                .setEvaluationData(evaluationData == null ? null : DataSelections.toAvro(evaluationData))
                .setEvaluationSamples(constraint.evaluationSamples())
                .setThreshold(constraint.threshold())
                .setInitialMultiplier(constraint.initialMultiplier())
                .setMultiplierHandover(MultiplierHandover.KEEP)
                .setUpdatedAt(now)
                .setUpdatedBy(submittedBy)
                .build();
    }
}
