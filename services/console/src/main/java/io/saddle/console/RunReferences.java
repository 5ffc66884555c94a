package io.saddle.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.pipeline.spec.PipelineParser;
import io.saddle.run.RunPhases;
import io.saddle.run.spec.InvalidRunSpecException;
import io.saddle.run.spec.ModelFolders;
import io.saddle.run.spec.RunModelAddress;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.ExecutionPhase;
import io.saddle.schema.ExecutionStatus;
import io.saddle.schema.PipelineExecution;
import io.saddle.schema.StepStatus;
import io.saddle.schema.TrainingRun;
import io.saddle.service.BoundedMap;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What else has to do with a run's models: other runs, their constraints, executions of pipelines, and pipelines that are to be executed. */
@ApplicationScoped
public class RunReferences {

    private static final String SCHEDULE = "schedule";
    /** What at the top of a definition is no value of its steps. */
    private static final Set<String> OF_THE_PIPELINE = Set.of("name", "description", SCHEDULE);

    private static final int DEFINITIONS = 1000;

    private static final PipelineParser DEFINED = new PipelineParser();

    private final TopicFeed feed;
    private final RunSpecs specs;
    /** What each definition names: of one pipeline many executions have the same, and rules ask for run after run. */
    private final Map<String, Set<String>> named = BoundedMap.leastRecentFirst(DEFINITIONS);

    public RunReferences(TopicFeed feed, RunSpecs specs) {
        this.feed = feed;
        this.specs = specs;
    }

    /**
     * What was found, in words.
     *
     * @param using would fail without the run's artifacts
     * @param mentioning has no need of them any more, and could not be done again without them
     */
    record Found(List<String> using, List<String> mentioning) {

        boolean isEmpty() {
            return using.isEmpty() && mentioning.isEmpty();
        }
    }

    Found of(String runId) {
        Found found = new Found(new ArrayList<>(), new ArrayList<>());
        for (TrainingRun other : feed.tables().runs()) {
            if (!other.getRunId().equals(runId) && !feed.tables().isDeleted(other.getRunId())) {
                ofRun(other, runId, found);
            }
        }
        feed.pipelines().executions().forEach(execution -> ofExecution(execution, runId, found));
        feed.pipelines().newest().stream()
                .filter(pipeline -> RunSpecs.tree(pipeline.getDefinition()).has(SCHEDULE)
                        && mentions(pipeline.getDefinition(), runId))
                .forEach(pipeline -> found.mentioning()
                        .add("pipeline '" + pipeline.getName() + "', which its schedule starts, names it"));
        return found;
    }

    private void ofRun(TrainingRun other, String runId, Found found) {
        var phase = feed.views().phase(other.getRunId());
        String who = "run '" + other.getRunId() + "' (" + phase + ")";
        List<String> list = RunPhases.isFinal(phase) ? found.mentioning() : found.using();
        specs.initialModel(other)
                .flatMap(RunModelAddress::of)
                .filter(address -> address.run().equals(runId))
                .ifPresent(address -> list.add(who + " starts from its model of step " + address.step()));
        for (ConstraintDefinition definition : feed.tables().constraints(other.getRunId())) {
            boolean inForce = definition.getState() != ConstraintState.RETIRED;
            address(definition)
                    .filter(address -> inForce && address.run().equals(runId))
                    .ifPresent(address -> list.add("constraint '" + definition.getConstraintId() + "' of " + who
                            + " is about its model of step " + address.step()));
        }
    }

    private static Optional<RunModelAddress> address(ConstraintDefinition definition) {
        return Optional.ofNullable(definition.getModel()).flatMap(model -> RunModelAddress.of(model.getFolder()));
    }

    private void ofExecution(PipelineExecution execution, String runId, Found found) {
        Optional<ExecutionStatus> status = feed.pipelines().status(execution.getExecutionId());
        Optional<ExecutionStatus> newest = feed.pipelines().ofThisRound(execution);
        ExecutionPhase phase = newest.map(ExecutionStatus::getPhase).orElse(ExecutionPhase.RUNNING);
        boolean has = status.stream()
                .flatMap(known -> known.getSteps().stream())
                .map(StepStatus::getRun)
                .anyMatch(runId::equals);
        if (has || mentions(execution.getDefinition(), runId)) {
            boolean over = newest.map(ExecutionStatus::getEndedAt).isPresent();
            (over ? found.mentioning() : found.using())
                    .add("execution '" + execution.getExecutionId() + "' (" + phase + ") "
                            + (has ? "has it as a step" : "names it"));
        }
    }

    private boolean mentions(String definition, String runId) {
        synchronized (named) {
            return named.computeIfAbsent(definition, RunReferences::runsIn).contains(runId);
        }
    }

    /**
     * What any value of the definition may be the name of, as forks, judgements, exports and matrices name runs, or the addresses of
     * their models; as it stands there, and as each combination of a matrix has it.
     */
    private static Set<String> runsIn(String definition) {
        Set<String> found = new HashSet<>();
        RunSpecs.tree(definition).properties().stream()
                .filter(entry -> !OF_THE_PIPELINE.contains(entry.getKey()))
                .forEach(entry -> addRuns(entry.getValue(), found));
        try {
            DEFINED.fromJson(definition).steps().stream()
                    .flatMap(step -> step.instances().stream())
                    .forEach(instance -> addRuns(instance.parameters(), found));
        } catch (InvalidRunSpecException e) {
            // Of another release, which knows what else it means.
        }
        return found;
    }

    private static void addRuns(JsonNode value, Set<String> found) {
        if (value.isContainerNode()) {
            value.valueStream().forEach(part -> addRuns(part, found));
            return;
        }
        String text = value.asText();
        found.add(
                text.startsWith(ModelFolders.RUN)
                        ? text.substring(ModelFolders.RUN.length()).replaceFirst("@.*", "")
                        : text);
    }
}
