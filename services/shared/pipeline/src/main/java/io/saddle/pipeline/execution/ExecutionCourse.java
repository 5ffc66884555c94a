package io.saddle.pipeline.execution;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.pipeline.spec.PipelineSpec;
import io.saddle.pipeline.spec.PipelineSpec.Step;
import io.saddle.pipeline.spec.References;
import io.saddle.schema.DesiredState;
import io.saddle.schema.PipelineExecution;
import io.saddle.schema.StepDecision;
import io.saddle.schema.StepPhase;
import io.saddle.schema.TaskAction;
import io.saddle.schema.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The course of executions. Pure: what is wanted, how tasks ended and the time in, the execution and the orders to workers out. Every
 * attempt of a step is ordered once; what is said of an attempt that is over changes nothing.
 */
public final class ExecutionCourse {

    private static final ObjectMapper JSON = new ObjectMapper();
    private final PipelineSpec spec;
    private final Instant now;
    private final List<TaskOrder> orders = new ArrayList<>();
    private Execution execution;

    private ExecutionCourse(Execution execution, PipelineSpec spec, Instant now) {
        this.execution = execution;
        this.spec = spec;
        this.now = now;
    }

    /**
     * The effect of what a person, or a schedule, wants.
     *
     * @param known null before the first
     * @param spec the definition that the execution was started with
     */
    public static Transition onRequest(Execution known, PipelineExecution wanted, PipelineSpec spec, Instant now) {
        if (known != null && wanted.getRevision() <= known.revision()) {
            return Transition.unchanged(known);
        }
        ExecutionCourse course = new ExecutionCourse(known == null ? begin(wanted, spec, now) : known, spec, now);
        course.want(wanted);
        course.decide(wanted.getDecisions());
        return course.advanced();
    }

    /** The effect of the end of a task. */
    public static Transition onResult(Execution known, TaskResult result, PipelineSpec spec, Instant now) {
        ExecutionCourse course = new ExecutionCourse(known, spec, now);
        Optional<StepState> step = course.find(result.getStep());
        if (step.filter(one -> one.phase() == StepPhase.RUNNING && one.attempt() == result.getAttempt())
                .isPresent()) {
            course.replace(course.attempt(step.get()).after(step.get(), result));
            return course.advanced();
        }
        if (step.filter(one -> isOfLaterAttempt(result, one)).isPresent()) {
            course.replace(step.get().passing(result.getAttempt()));
            return new Transition(course.execution, course.orders);
        }
        return Transition.unchanged(known);
    }

    /**
     * An end of an attempt that has not begun here: as after a restore, where what was ordered was copied after where the execution stood.
     * Whoever works at tasks knows that attempt as ended, and would not do it if it were ordered.
     */
    private static boolean isOfLaterAttempt(TaskResult result, StepState step) {
        boolean waits = step.phase() == StepPhase.WAITING || step.phase() == StepPhase.RESTING;
        return waits && result.getAttempt() > step.attempt() && OpenTasks.isEnd(result.getOutcome());
    }

    /**
     * The definition of an execution that starts after another one: what that has made stands in the place of {@code ${after...}}. What it
     * has not made stays a reference, and the step that needs it fails.
     *
     * @param definition as JSON
     */
    public static String following(String definition, Execution before) {
        StepOutputs outputs = new StepOutputs(before.steps());
        try {
            return References.resolve(JSON.readTree(definition), reference -> outputs.after(reference, before))
                    .toString();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the definition is not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** The effect of the time alone: attempts that take too long, and those that are tried again. */
    public static Transition onTime(Execution known, PipelineSpec spec, Instant now) {
        Instant due = known.due();
        if (due == null || due.isAfter(now)) {
            return Transition.unchanged(known);
        }
        ExecutionCourse course = new ExecutionCourse(known, spec, now);
        for (StepState step : known.steps()) {
            if (step.deadline() != null && !step.deadline().isAfter(now)) {
                if (step.phase() == StepPhase.RUNNING) {
                    course.order(step, TaskAction.STOP, "");
                }
                String why = "took longer than " + words(course.definition(step).timeout());
                course.replace(course.attempt(step).failed(step, why));
            }
        }
        return course.advanced();
    }

    /**
     * What becomes of an execution whose next state would not fit into a record: the steps that have made it grow fail, and those that have
     * not ended, in few words.
     *
     * @param known fits; null before the first
     * @param unfit what cannot be written
     */
    public static Transition outgrown(Execution known, Transition unfit, PipelineSpec spec, String why, Instant now) {
        ExecutionCourse course = new ExecutionCourse(unfit.execution().brief(), spec, now);
        unfit.orders().stream()
                .filter(order -> order.action() == TaskAction.STOP)
                .forEach(course.orders::add);
        for (StepState step : course.execution.steps()) {
            StepState before = before(known, step);
            boolean isSmall = step.phase() == StepPhase.SKIPPED || step.phase() == StepPhase.STOPPED;
            boolean stays = step.isOver() && before.isOver() && step.attempt() == before.attempt();
            if (isSmall || stays) {
                continue;
            }
            if (before.phase() == StepPhase.RUNNING && step.phase() == StepPhase.RUNNING) {
                course.order(before, TaskAction.STOP, "");
            }
            course.replace(before.ended(StepPhase.FAILED, why, Map.of(), now));
        }
        return course.advanced();
    }

    private static StepState before(Execution known, StepState step) {
        return (known == null ? List.<StepState>of() : known.steps())
                .stream()
                        .filter(one -> one.name().equals(step.name()))
                        .findFirst()
                        .orElseGet(() -> StepState.waiting(step.name(), step.step()));
    }

    private static Execution begin(PipelineExecution wanted, PipelineSpec spec, Instant now) {
        List<StepState> steps = spec.steps().stream()
                .flatMap(step ->
                        step.instances().stream().map(instance -> StepState.waiting(instance.name(), step.name())))
                .toList();
        return new Execution(
                wanted.getExecutionId(),
                0,
                wanted.getPipeline(),
                wanted.getPipelineRevision(),
                wanted.getDefinition(),
                DesiredState.RUNNING,
                wanted.getRound(),
                wanted.getRequestedBy(),
                steps,
                now,
                null,
                null);
    }

    private void want(PipelineExecution wanted) {
        DesiredState before = execution.desired();
        DesiredState desired = wanted.getDesiredState();
        boolean again = wanted.getRound() > execution.round();
        if (execution.isOver() && !again) {
            // Who asked for it had not heard of the end: a success stays one.
            execution = execution.wanted(
                    wanted.getRevision(), execution.desired(), execution.round(), execution.pausedAt());
            return;
        }
        Instant pausedAt = desired != DesiredState.PAUSED ? null : before == desired ? execution.pausedAt() : now;
        Duration paused = execution.pausedAt() == null ? Duration.ZERO : Duration.between(execution.pausedAt(), now);
        execution = execution.wanted(
                wanted.getRevision(), desired, Math.max(wanted.getRound(), execution.round()), pausedAt);
        if (again) {
            each(step -> step.isOver() && step.phase() != StepPhase.SUCCEEDED, StepState::again);
        }
        if (desired == before) {
            return;
        }
        switch (desired) {
            case PAUSED -> tell(TaskAction.PAUSE);
            case RUNNING -> {
                tell(TaskAction.RESUME);
                each(
                        step -> step.deadline() != null,
                        step -> step.due(step.deadline().plus(paused)));
            }
            case STOPPED -> {
                tell(TaskAction.STOP);
                each(step -> !step.isOver(), step -> step.ended(StepPhase.STOPPED, "", Map.of(), now));
            }
            default -> {
                // A state that this release does not know changes nothing.
            }
        }
    }

    private void tell(TaskAction action) {
        execution.steps().stream()
                .filter(step -> step.phase() == StepPhase.RUNNING)
                .forEach(step -> order(step, action, ""));
    }

    private void decide(List<StepDecision> decisions) {
        for (StepDecision decision : decisions) {
            find(decision.getStep())
                    .filter(step -> step.phase() == StepPhase.APPROVAL && step.attempt() == decision.getAttempt())
                    .ifPresent(step -> replace(step.ended(
                            decision.getApproved() ? StepPhase.SUCCEEDED : StepPhase.FAILED,
                            words(decision),
                            Map.of(),
                            now)));
        }
    }

    private static String words(StepDecision decision) {
        return (decision.getApproved() ? "approved" : "refused")
                + (decision.getDecidedBy() == null ? "" : " by " + decision.getDecidedBy())
                + (decision.getReason() == null ? "" : ": " + decision.getReason());
    }

    /** Begins what can begin, until nothing changes any more. */
    private Transition advanced() {
        List<StepState> before;
        do {
            before = execution.steps();
            before.forEach(this::advance);
        } while (!before.equals(execution.steps()));
        if (!execution.isOver()) {
            execution = execution.ended(null);
        } else if (execution.endedAt() == null) {
            execution = execution.ended(now);
        }
        return new Transition(execution, orders);
    }

    private void advance(StepState step) {
        boolean due = step.phase() == StepPhase.WAITING
                || step.phase() == StepPhase.RESTING && !step.notBefore().isAfter(now);
        if (!due || execution.desired() != DesiredState.RUNNING) {
            return;
        }
        Step definition = definition(step);
        List<StepState> needed = execution.steps().stream()
                .filter(other -> definition.needs().contains(other.step()))
                .toList();
        Optional<StepState> lost = needed.stream()
                .filter(other -> other.isOver() && other.phase() != StepPhase.SUCCEEDED)
                .findFirst();
        if (lost.isPresent()) {
            replace(step.ended(
                    StepPhase.SKIPPED, "it needs " + lost.get().name() + ", which " + how(lost.get()), Map.of(), now));
        } else if (needed.stream().allMatch(StepState::isOver)) {
            begin(step, definition);
        }
    }

    private void begin(StepState step, Step definition) {
        AttemptStart start = AttemptStart.of(step, definition, execution, now);
        replace(start.step());
        start.parameters().ifPresent(parameters -> order(start.step(), TaskAction.START, parameters));
    }

    private void order(StepState step, TaskAction action, String parameters) {
        orders.add(new TaskOrder(step.name(), step.attempt(), definition(step).kind(), action, parameters));
    }

    private AttemptEnd attempt(StepState step) {
        return new AttemptEnd(definition(step), execution, now);
    }

    private Step definition(StepState step) {
        return spec.step(step.step()).orElseThrow();
    }

    private Optional<StepState> find(String name) {
        return execution.steps().stream()
                .filter(step -> step.name().equals(name))
                .findFirst();
    }

    private void replace(StepState changed) {
        each(step -> step.name().equals(changed.name()), step -> changed);
    }

    private void each(Predicate<StepState> which, UnaryOperator<StepState> change) {
        execution = execution.with(execution.steps().stream()
                .map(step -> which.test(step) ? change.apply(step) : step)
                .toList());
    }

    private static String how(StepState step) {
        return switch (step.phase()) {
            case FAILED -> "failed";
            case STOPPED -> "was stopped";
            default -> "was skipped";
        };
    }

    private static String words(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
