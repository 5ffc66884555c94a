package io.saddle.primaltrainer.loop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.saddle.primaltrainer.checkpoint.NeededSteps;
import io.saddle.primaltrainer.ownership.RunStatusTable;
import io.saddle.run.RunPhases;
import io.saddle.run.RunTables;
import io.saddle.run.spec.ModelFolders;
import io.saddle.run.spec.RunModelAddress;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.PretrainedModel;
import io.saddle.schema.TrainingRun;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The steps of a run that runs which have not ended name: as the model that they begin with, perhaps with its optimizer's state, or as a
 * teacher or reference. One that waits for a seat, or is taken up again, opens them then; so does the run itself with those that its own
 * constraints name, also retired ones, since the steps after a checkpoint may be trained with them.
 */
final class NeededByRuns implements NeededSteps {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String runId;
    private final RunTables tables;
    private final RunStatusTable statuses;

    NeededByRuns(String runId, RunTables tables, RunStatusTable statuses) {
        this.runId = runId;
        this.tables = tables;
        this.statuses = statuses;
    }

    @Override
    public Set<Long> models() {
        Set<Long> steps = new HashSet<>();
        others().forEach(other -> {
            step(initialModel(other)).ifPresent(steps::add);
            compared(tables.constraints(other.getRunId()).stream()
                            .filter(definition -> definition.getState() != ConstraintState.RETIRED))
                    .forEach(steps::add);
        });
        compared(tables.constraints(runId).stream()).forEach(steps::add);
        return steps;
    }

    @Override
    public Set<Long> checkpoints() {
        Set<Long> steps = new HashSet<>();
        others().map(this::initialModel)
                .filter(model -> model.hasNonNull("checkpoint"))
                .flatMap(model -> step(model).stream())
                .forEach(steps::add);
        return steps;
    }

    private Stream<Long> compared(Stream<ConstraintDefinition> definitions) {
        return definitions
                .map(ConstraintDefinition::getModel)
                .flatMap(Stream::ofNullable)
                .map(PretrainedModel::getFolder)
                .flatMap(folder -> step(folder).stream());
    }

    private Stream<TrainingRun> others() {
        return tables.runs().stream()
                .filter(other -> !other.getRunId().equals(runId) && !tables.isDeleted(other.getRunId()))
                .filter(other -> statuses.of(other.getRunId())
                        .filter(status -> RunPhases.isFinal(status.getPhase()))
                        .isEmpty());
    }

    /** Also of a specification of a later release. */
    private JsonNode initialModel(TrainingRun other) {
        if (!other.getSpec().contains(ModelFolders.RUN + runId + "@")) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(other.getSpec()).path("initialModel");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the specification of run " + other.getRunId() + " is no JSON", e);
        }
    }

    private Optional<Long> step(JsonNode model) {
        return step(model.path("folder").textValue());
    }

    private Optional<Long> step(String folder) {
        return RunModelAddress.of(folder)
                .filter(address -> address.run().equals(runId))
                .map(RunModelAddress::step);
    }
}
