package io.saddle.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.console.pipeline.ExecutionRecords;
import io.saddle.pipeline.execution.Execution;
import io.saddle.pipeline.execution.ExecutionCourse;
import io.saddle.pipeline.spec.Bounds;
import io.saddle.pipeline.spec.PipelineParser;
import io.saddle.pipeline.spec.PipelineSpec;
import io.saddle.run.spec.InvalidRunSpecException;
import io.saddle.run.spec.NearestName;
import io.saddle.run.spec.Problem;
import io.saddle.schema.DesiredState;
import io.saddle.schema.ExecutionPhase;
import io.saddle.schema.ExecutionStatus;
import io.saddle.schema.Pipeline;
import io.saddle.schema.PipelineExecution;
import io.saddle.schema.StepDecision;
import io.saddle.schema.StepPhase;
import io.saddle.schema.StepStatus;
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** The only writer of pipelines and of what is wanted of their executions. A command is done when its record is durable. */
@ApplicationScoped
public class PipelineCommands {

    private static final String SOURCE = "pipeline.yaml";
    /** Of what was checked. */
    private static final PipelineParser DEFINED = new PipelineParser();

    private final TopicFeed feed;
    private final RecordWriter records;
    private final Clock clock;
    private final PipelineParser parser;
    private final ProjectGuard guard;

    public PipelineCommands(TopicFeed feed, RecordWriter records, RunCommands runs, ProjectGuard guard, Clock clock) {
        this.guard = guard;
        this.feed = feed;
        this.records = records;
        this.clock = clock;
        this.parser = new PipelineParser((ObjectNode specification) -> runs.problems(specification.toString()));
    }

    /**
     * Looks for mistakes in a definition as {@link #define} does, and keeps nothing.
     *
     * @param folder of its file, which relative paths are relative to; null: not known
     * @throws Refusal with every mistake
     */
    PipelineSpec check(String yaml, Path folder) {
        return DEFINED.fromJson(definition(yaml, folder));
    }

    private String definition(String yaml, Path folder) {
        try {
            return parser.definition(SOURCE, yaml, folder);
        } catch (InvalidRunSpecException e) {
            throw Refusal.invalid("the pipeline has mistakes", e.problems());
        }
    }

    /**
     * Keeps a definition as its pipeline's next revision; the newest one again changes nothing.
     *
     * @throws Refusal with every mistake
     */
    Pipeline define(String yaml, Path folder, String askedBy) {
        // Its runs' data and models are read, from a store that may be slow: nobody who stops an execution waits for
        // that.
        return keep(definition(yaml, folder), askedBy);
    }

    private synchronized Pipeline keep(String definition, String askedBy) {
        PipelineSpec spec = DEFINED.fromJson(definition);
        String name = spec.name();
        guard.letThrough(spec);
        refuseCircle(spec);
        List<Pipeline> known = feed.pipelines().revisions(name);
        if (!known.isEmpty()) {
            letThrough(known.get(0).getDefinition());
        }
        if (!known.isEmpty() && known.get(0).getDefinition().equals(definition)) {
            return known.get(0);
        }
        int revision = known.isEmpty() ? 1 : known.get(0).getRevision() + 1;
        Pipeline pipeline = new Pipeline(name, revision, definition, now(), askedBy);
        records.write(Topics.PIPELINES, Topics.pipelineKey(name, revision), pipeline);
        feed.pipelines().put(pipeline);
        return pipeline;
    }

    private void refuseCircle(PipelineSpec spec) {
        List<String> chain = new ArrayList<>(List.of(spec.name()));
        String next = after(spec);
        while (next != null && !chain.contains(next)) {
            chain.add(next);
            List<Pipeline> revisions = feed.pipelines().revisions(next);
            next = revisions.isEmpty()
                    ? null
                    : after(DEFINED.fromJson(revisions.get(0).getDefinition()));
        }
        if (next != null && next.equals(spec.name())) {
            throw Refusal.invalid(
                    "the pipeline has mistakes",
                    List.of(new Problem(
                            "schedule.after",
                            "they would start each other for ever: " + String.join(" after ", chain) + " after "
                                    + next)));
        }
    }

    private static String after(PipelineSpec spec) {
        return spec.schedule() == null ? null : spec.schedule().after();
    }

    /**
     * Starts an execution.
     *
     * @param revision of the definition; null: the newest
     * @param after an execution of another pipeline whose outputs it is started with; null: none
     * @throws Refusal if there is no such pipeline, revision or execution, if the definition needs one to be started after, or with
     *     every mistake that what the other one has made is in its place
     */
    synchronized PipelineExecution start(String name, Integer revision, String after, String askedBy) {
        Pipeline pipeline = pipeline(name, revision);
        String definition = pipeline.getDefinition();
        if (after != null) {
            definition = ExecutionCourse.following(definition, succeeded(after));
            requireSmall(name, after, Bounds.bytes(definition));
        } else if (definition.contains("${after.")) {
            throw Refusal.conflict("pipeline '" + name
                    + "' uses what another one has made: say after which execution it starts"
                    + " ('./saddle pipeline start " + name + " --after EXECUTION')");
        }
        // With the names of the runs that the other one has made: one of them may be what is forked.
        guard.letThrough(startable(pipeline, after, definition));
        return put(begun(pipeline, askedBy)
                .setDefinition(definition)
                .setStartedAfter(after)
                .build());
    }

    private static PipelineSpec startable(Pipeline pipeline, String after, String definition) {
        try {
            return DEFINED.fromJson(definition);
        } catch (InvalidRunSpecException e) {
            String which = "revision " + pipeline.getRevision() + " of pipeline '" + pipeline.getName() + "'";
            throw Refusal.invalid(
                    after == null
                            ? which
                                    + " cannot be started: this release cannot read it; submit it as this release takes it"
                            : which + " cannot start after '" + after
                                    + "': with what that has made in the place of ${after...} it has mistakes",
                    e.problems());
        }
    }

    private static void requireSmall(String name, String after, int bytes) {
        if (bytes > Bounds.DEFINITION) {
            throw Refusal.conflict("pipeline '" + name + "' has " + bytes + " bytes with what execution '" + after
                    + "' has made, at most " + Bounds.DEFINITION + " fit: let it use fewer ${after...}");
        }
    }

    private Execution succeeded(String id) {
        PipelineExecution execution = execution(id);
        ExecutionStatus status = feed.pipelines()
                .status(id)
                .filter(one -> one.getPhase() == ExecutionPhase.SUCCEEDED)
                .orElseThrow(() -> Refusal.conflict("execution '" + id + "' has not succeeded (" + phase(execution)
                        + "): nothing starts after it"));
        return ExecutionRecords.execution(execution, status);
    }

    /** Starts an execution for a time of the pipeline's schedule. */
    synchronized PipelineExecution startAt(Pipeline pipeline, Instant time) {
        return put(begun(pipeline, null).setScheduledFor(time).build());
    }

    private PipelineExecution.Builder begun(Pipeline pipeline, String askedBy) {
        Instant now = now();
        return PipelineExecution.newBuilder()
                .setExecutionId(nextId(pipeline.getName()))
                .setRevision(1)
                .setPipeline(pipeline.getName())
                .setPipelineRevision(pipeline.getRevision())
                .setDefinition(pipeline.getDefinition())
                .setDesiredState(DesiredState.RUNNING)
                .setRequestedAt(now)
                .setRequestedBy(askedBy)
                .setUpdatedAt(now)
                .setUpdatedBy(askedBy);
    }

    private String nextId(String pipeline) {
        String before = pipeline + "-";
        long last = feed.pipelines().executions(pipeline).stream()
                .map(execution -> execution.getExecutionId().substring(before.length()))
                .mapToLong(Long::parseLong)
                .max()
                .orElse(0);
        return before + (last + 1);
    }

    /**
     * The revision of a pipeline.
     *
     * @param revision null: the newest
     * @throws Refusal if there is none
     */
    Pipeline pipeline(String name, Integer revision) {
        List<Pipeline> revisions = feed.pipelines().revisions(name);
        if (revisions.isEmpty()) {
            List<String> names =
                    feed.pipelines().newest().stream().map(Pipeline::getName).toList();
            throw Refusal.notThere("there is no pipeline '" + name + "'"
                    + NearestName.of(name, names)
                            .map(nearest -> ", did you mean " + nearest + "?")
                            .orElse("; './saddle pipeline list' shows those that there are"));
        }
        return revisions.stream()
                .filter(one -> revision == null || one.getRevision() == revision)
                .findFirst()
                .orElseThrow(() -> Refusal.notThere("pipeline '" + name + "' has no revision " + revision
                        + "; the newest is " + revisions.get(0).getRevision()));
    }

    /** @throws Refusal if there is none */
    PipelineExecution execution(String id) {
        return feed.pipelines()
                .execution(id)
                .orElseThrow(() -> Refusal.notThere(
                        "there is no execution '" + id + "'; './saddle pipeline list' shows those that there are"));
    }

    /** The execution, if whoever asks may change it. */
    private PipelineExecution changeable(String id) {
        PipelineExecution execution = execution(id);
        letThrough(execution.getDefinition());
        return execution;
    }

    private void letThrough(String definition) {
        PipelineSpec spec;
        try {
            spec = DEFINED.fromJson(definition);
        } catch (InvalidRunSpecException e) {
            guard.letThroughAdmins(
                    "this release cannot read the definition, and so not whose it is: an admin stops or replaces it");
            return;
        }
        guard.letThrough(spec);
    }

    /** Asks for another state of an execution; asking twice for the same one writes nothing. */
    synchronized PipelineExecution desire(String id, DesiredState desired, String askedBy) {
        PipelineExecution execution = going(id);
        if (execution.getDesiredState() == desired) {
            return execution;
        }
        return put(revised(execution, askedBy).setDesiredState(desired).build());
    }

    private PipelineExecution going(String id) {
        PipelineExecution execution = changeable(id);
        ExecutionPhase phase = phase(execution);
        if (phase != ExecutionPhase.RUNNING && phase != ExecutionPhase.PAUSED) {
            throw Refusal.conflict("execution '" + id + "' has ended (" + phase
                    + "); './saddle pipeline retry' goes on from what failed or was stopped");
        }
        return execution;
    }

    /** Where an execution stands; wanted as long as nobody has said anything. */
    ExecutionPhase phase(PipelineExecution execution) {
        if (execution.getDesiredState() == DesiredState.STOPPED) {
            return ExecutionPhase.STOPPED;
        }
        return feed.pipelines()
                .status(execution.getExecutionId())
                .map(ExecutionStatus::getPhase)
                .orElse(
                        execution.getDesiredState() == DesiredState.PAUSED
                                ? ExecutionPhase.PAUSED
                                : ExecutionPhase.RUNNING);
    }

    /**
     * Goes on from what failed, was stopped or was skipped.
     *
     * @throws Refusal if nothing did
     */
    synchronized PipelineExecution retry(String id, String askedBy) {
        PipelineExecution execution = changeable(id);
        ExecutionPhase phase = phase(execution);
        if (phase != ExecutionPhase.FAILED && phase != ExecutionPhase.STOPPED) {
            throw Refusal.conflict("execution '" + id + "' is " + phase
                    + ": there is nothing to try again before it has failed or was stopped");
        }
        return put(revised(execution, askedBy)
                .setDesiredState(DesiredState.RUNNING)
                .setRound(execution.getRound() + 1)
                .build());
    }

    /**
     * Decides a step that waits for a person.
     *
     * @param reason null where none is given
     * @throws Refusal if the step does not wait for one, or the reason is too long
     */
    synchronized PipelineExecution decide(String id, String step, boolean approved, String reason, String askedBy) {
        if (reason != null && reason.length() > Bounds.REASON) {
            throw Refusal.invalid(
                    "the decision has mistakes",
                    List.of(new Problem(
                            "reason", "must have at most " + Bounds.REASON + " characters, has " + reason.length())));
        }
        PipelineExecution execution = going(id);
        StepStatus waiting = feed.pipelines().status(id).stream()
                .flatMap(status -> status.getSteps().stream())
                .filter(one -> one.getName().equals(step))
                .findFirst()
                .orElseThrow(() -> Refusal.notThere("execution '" + id + "' has no step '" + step + "'"));
        boolean decided = execution.getDecisions().stream()
                .anyMatch(one -> one.getStep().equals(step) && one.getAttempt() == waiting.getAttempt());
        if (waiting.getPhase() != StepPhase.APPROVAL || decided) {
            throw Refusal.conflict("step '" + step + "' waits for no decision"
                    + (decided ? " any more" : ": it is " + waiting.getPhase()));
        }
        List<StepDecision> decisions = new ArrayList<>(execution.getDecisions());
        decisions.add(new StepDecision(step, waiting.getAttempt(), approved, reason, askedBy, now()));
        return put(revised(execution, askedBy).setDecisions(decisions).build());
    }

    private PipelineExecution.Builder revised(PipelineExecution execution, String askedBy) {
        return PipelineExecution.newBuilder(execution)
                .setRevision(execution.getRevision() + 1)
                .setUpdatedAt(now())
                .setUpdatedBy(askedBy);
    }

    private PipelineExecution put(PipelineExecution execution) {
        records.write(Topics.EXECUTIONS, execution.getExecutionId(), execution);
        feed.pipelines().put(execution);
        return execution;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
