package io.saddle.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.pipeline.spec.PipelineSpec;
import io.saddle.run.spec.Fork;
import io.saddle.run.spec.InvalidRunSpecException;
import io.saddle.run.spec.ModelFolders;
import io.saddle.run.spec.Problem;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.StepTask;
import io.saddle.schema.TrainingRun;
import java.util.ArrayList;
import java.util.List;

/** The steps of pipelines that fork a run, among those that order one. */
final class ForkSteps {

    private final TopicFeed feed;
    private final RunSummaries summaries;

    ForkSteps(TopicFeed feed, RunSummaries summaries) {
        this.feed = feed;
        this.summaries = summaries;
    }

    /**
     * The specification of the run that a step orders: what it says, or what it makes of another run's.
     *
     * @param runId of the run that is ordered
     * @throws InvalidRunSpecException if the changes cannot be applied
     * @throws Refusal if there is no run to fork
     */
    String specification(StepTask start, String runId) {
        if (!isFork(start)) {
            return start.getParameters();
        }
        Fork fork = fork(start);
        List<Problem> problems = new ArrayList<>();
        TrainingRun known = feed.run(fork.run());
        ObjectNode specification = fork.specification(tree(known.getSpec()), summaries.labels(known), runId, problems);
        if (!problems.isEmpty()) {
            throw new InvalidRunSpecException("fork of " + fork.run(), problems);
        }
        return specification.toString();
    }

    /** What a fork does not have of the run that it is of, in words; empty if there is nothing, or the run is gone. */
    String notTaken(StepTask start) {
        if (!isFork(start)) {
            return "";
        }
        Fork fork = fork(start);
        List<String> others = feed.tables()
                .run(fork.run())
                .map(known -> fork.notTaken(known.getConstraintIds(), constraints(fork.run())))
                .orElse(List.of());
        return others.isEmpty()
                ? ""
                : "has the constraints that run '" + fork.run()
                        + "' was submitted with; changed there since, and not taken over: "
                        + String.join(", ", others);
    }

    private List<Fork.Constraint> constraints(String runId) {
        return feed.tables().constraints(runId).stream()
                .map(one -> new Fork.Constraint(
                        one.getConstraintId(), one.getVersion(), one.getState() == ConstraintState.SHADOW))
                .toList();
    }

    private static boolean isFork(StepTask start) {
        return start.getKind().equals(PipelineSpec.FORK);
    }

    private static Fork fork(StepTask start) {
        JsonNode fork = tree(start.getParameters());
        return new Fork(
                fork.path("run").asText(),
                fork.path("at").asText(ModelFolders.BEST),
                fork.has("optimizer"),
                fork.path("set") instanceof ObjectNode changes ? changes : JsonNodeFactory.instance.objectNode());
    }

    private static ObjectNode tree(String json) {
        return (ObjectNode) RunSpecs.tree(json);
    }
}
