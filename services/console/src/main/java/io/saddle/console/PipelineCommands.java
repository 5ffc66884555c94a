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
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** The only writer of pipelines, which begins their executions, too. A command is done when its record is durable. */
@ApplicationScoped
public class PipelineCommands {

    private static final String SOURCE = "pipeline.yaml";
    /** Of what was checked. */
    private static final PipelineParser DEFINED = new PipelineParser();

    private final TopicFeed feed;
    private final RecordWriter records;
    private final ExecutionCommands executions;
    private final Clock clock;
    private final PipelineParser parser;
    private final ProjectGuard guard;

    public PipelineCommands(
            TopicFeed feed,
            RecordWriter records,
            ExecutionCommands executions,
            RunCommands runs,
            ProjectGuard guard,
            Clock clock) {
        this.executions = executions;
        this.guard = guard;
        this.feed = feed;
        this.records = records;
        this.clock = clock;
        this.parser = new PipelineParser(
                (ObjectNode specification, boolean knowsModel) -> runs.problems(specification.toString(), knowsModel));
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
            guard.letThrough(known.get(0).getDefinition());
        }
        if (!known.isEmpty() && known.get(0).getDefinition().equals(definition)) {
            return known.get(0);
        }
        int revision = known.isEmpty() ? 1 : known.get(0).getRevision() + 1;
        Pipeline pipeline = new Pipeline(name, revision, definition, now(), askedBy);
        records.write(
                Topics.PIPELINES,
                Topics.pipelineKey(name, revision),
                pipeline,
                () -> feed.pipelines().put(pipeline));
        return pipeline;
    }

    private void refuseCircle(PipelineSpec spec) {
        List<String> chain = new ArrayList<>(List.of(spec.name()));
        String next = after(spec);
        while (next != null && !chain.contains(next)) {
            chain.add(next);
            List<Pipeline> revisions = feed.pipelines().revisions(next);
            next = revisions.isEmpty() ? null : after(revisions.get(0));
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

    /** One that this release cannot read has no schedule; once it is submitted anew it is looked at. */
    private static String after(Pipeline known) {
        try {
            return after(DEFINED.fromJson(known.getDefinition()));
        } catch (InvalidRunSpecException e) {
            return null;
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
        return executions.put(begun(pipeline, askedBy)
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
        PipelineExecution execution = executions.execution(id);
        ExecutionStatus status = feed.pipelines()
                .status(id)
                .filter(one -> one.getPhase() == ExecutionPhase.SUCCEEDED)
                .orElseThrow(() -> Refusal.conflict("execution '" + id + "' has not succeeded ("
                        + executions.phase(execution) + "): nothing starts after it"));
        return ExecutionRecords.execution(execution, status);
    }

    /** Starts an execution for a time of the pipeline's schedule. */
    synchronized PipelineExecution startAt(Pipeline pipeline, Instant time) {
        return executions.put(begun(pipeline, null).setScheduledFor(time).build());
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

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
