package io.saddle.console;

import io.saddle.pipeline.spec.Bounds;
import io.saddle.run.RunPhases;
import io.saddle.run.spec.Problem;
import io.saddle.schema.DesiredState;
import io.saddle.schema.ExecutionPhase;
import io.saddle.schema.ExecutionStatus;
import io.saddle.schema.PipelineExecution;
import io.saddle.schema.StepDecision;
import io.saddle.schema.StepPhase;
import io.saddle.schema.StepStatus;
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The only writer of what is wanted of pipelines' executions; {@link PipelineCommands} begins them. A command is done when its record
 * is durable.
 */
@ApplicationScoped
public class ExecutionCommands {

    private final TopicFeed feed;
    private final RecordWriter records;
    private final ProjectGuard guard;
    private final Clock clock;

    public ExecutionCommands(TopicFeed feed, RecordWriter records, ProjectGuard guard, Clock clock) {
        this.feed = feed;
        this.records = records;
        this.guard = guard;
        this.clock = clock;
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
        guard.letThrough(execution.getDefinition());
        return execution;
    }

    /** Asks for another state of an execution; asking twice for the same one writes nothing. */
    synchronized PipelineExecution desire(String id, DesiredState desired, String askedBy) {
        PipelineExecution execution = going(id);
        if (execution.getDesiredState() == desired) {
            return execution;
        }
        letThroughRuns(id);
        return put(revised(execution, askedBy).setDesiredState(desired).build());
    }

    /** What is wanted of an execution becomes wanted of its runs, which may have got another project than their definition says. */
    private void letThroughRuns(String id) {
        feed.pipelines().status(id).stream()
                .flatMap(status -> status.getSteps().stream())
                .map(StepStatus::getRun)
                .filter(Objects::nonNull)
                .flatMap(run -> feed.tables().run(run).stream())
                .filter(run -> !RunPhases.isFinal(feed.views().phase(run.getRunId())))
                .forEach(guard::letThrough);
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
        Optional<ExecutionStatus> status = feed.pipelines().ofThisRound(execution);
        // Once somebody has, a stop that came after the end is none.
        boolean isHeard = status.filter(one -> one.getRevision() >= execution.getRevision())
                .isPresent();
        if (execution.getDesiredState() == DesiredState.STOPPED && !isHeard) {
            return ExecutionPhase.STOPPED;
        }
        return status.map(ExecutionStatus::getPhase)
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
        List<StepDecision> decisions = new ArrayList<>(execution.getDecisions());
        // One from before it was asked is of a time that a restore has taken back.
        decisions.removeIf(one -> isAbout(one, waiting) && isBefore(one, waiting));
        boolean decided = decisions.stream().anyMatch(one -> isAbout(one, waiting));
        if (waiting.getPhase() != StepPhase.APPROVAL || decided) {
            throw Refusal.conflict("step '" + step + "' waits for no decision"
                    + (decided ? " any more" : ": it is " + waiting.getPhase()));
        }
        decisions.add(new StepDecision(step, waiting.getAttempt(), approved, reason, askedBy, now()));
        return put(revised(execution, askedBy).setDecisions(decisions).build());
    }

    private static boolean isBefore(StepDecision decision, StepStatus step) {
        return step.getStartedMillis() != null && decision.getDecidedAt().toEpochMilli() < step.getStartedMillis();
    }

    private static boolean isAbout(StepDecision decision, StepStatus step) {
        return decision.getStep().equals(step.getName()) && decision.getAttempt() == step.getAttempt();
    }

    private PipelineExecution.Builder revised(PipelineExecution execution, String askedBy) {
        return PipelineExecution.newBuilder(execution)
                .setRevision(execution.getRevision() + 1)
                .setUpdatedAt(now())
                .setUpdatedBy(askedBy);
    }

    /** Takes an execution that has ended off its topic, if it still has; whoever says where executions stand takes that off, too. */
    synchronized void forget(PipelineExecution execution) {
        String id = execution.getExecutionId();
        boolean ended = feed.pipelines()
                .execution(id)
                .filter(feed.pipelines()::hasEnded)
                .isPresent();
        if (ended) {
            records.write(Topics.EXECUTIONS, id, null, () -> feed.pipelines().forget(id));
        }
    }

    /** Writes what is wanted of an execution; of a new one, too. */
    synchronized PipelineExecution put(PipelineExecution execution) {
        records.write(
                Topics.EXECUTIONS,
                execution.getExecutionId(),
                execution,
                () -> feed.pipelines().put(execution));
        return execution;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
