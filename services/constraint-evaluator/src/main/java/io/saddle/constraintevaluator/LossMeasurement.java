package io.saddle.constraintevaluator;

import io.saddle.kafka.Publisher;
import io.saddle.run.RunTables;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.SnapshotWeights;
import io.saddle.service.SnapshotEvaluation;
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * RAW snapshots in, loss estimates out. Every snapshot of a LOCKSTEP run is measured whose dual step waits for it; of an ASYNC run
 * that has got ahead, and by a shadow that has fallen behind, only the newest.
 */
@ApplicationScoped
public class LossMeasurement implements SnapshotEvaluation {

    private final RunTables tables;
    private final ConstraintLosses losses;
    private final Publisher publisher;

    public LossMeasurement(RunTables tables, ConstraintLosses losses, Publisher publisher) {
        this.tables = tables;
        this.losses = losses;
        this.publisher = publisher;
    }

    @Override
    public SnapshotWeights weights() {
        return SnapshotWeights.RAW;
    }

    @Override
    public boolean mayBeSkipped(ModelSnapshot snapshot, RunSpec spec) {
        return mayBeSkipped(spec.dual().mode(), measuredHere(snapshot));
    }

    /** Nobody waits for a shadow: the snapshots that it has missed may be gone before it comes to them. */
    static boolean mayBeSkipped(RunSpec.Mode mode, List<ConstraintDefinition> measuredHere) {
        return mode == RunSpec.Mode.ASYNC
                || measuredHere.stream().allMatch(definition -> definition.getState() == ConstraintState.SHADOW);
    }

    private List<ConstraintDefinition> measuredHere(ModelSnapshot snapshot) {
        return tables.constraints(snapshot.getRunId()).stream()
                .filter(losses::offers)
                .toList();
    }

    @Override
    public void evaluate(ModelSnapshot snapshot, RunSpec spec)
            throws IOException, ExecutionException, InterruptedException {
        List<ConstraintDefinition> definitions = measuredHere(snapshot);
        if (definitions.isEmpty()) {
            return;
        }
        List<Future<?>> sent = new ArrayList<>();
        List<String> failures = losses.evaluate(
                snapshot,
                spec,
                definitions,
                estimate -> sent.add(publisher.send(Topics.LOSS_ESTIMATES, estimate.getRunId(), estimate)));
        for (Future<?> future : sent) {
            future.get();
        }
        if (!failures.isEmpty()) {
            throw new IOException(String.join("; ", failures));
        }
    }

    @Override
    public String remedy() {
        return "check the artifact store and the constraint's data; a LOCKSTEP run waits, and its trainer announces the"
                + " snapshot again when it is restarted";
    }
}
