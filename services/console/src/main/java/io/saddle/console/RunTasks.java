package io.saddle.console;

import io.saddle.artifact.StoreUnavailableException;
import io.saddle.kafka.Fault;
import io.saddle.pipeline.execution.AttemptStart;
import io.saddle.pipeline.execution.OpenTasks;
import io.saddle.pipeline.execution.OpenTasks.Open;
import io.saddle.pipeline.spec.Bounds;
import io.saddle.run.RunPhases;
import io.saddle.run.spec.InvalidRunSpecException;
import io.saddle.run.spec.ModelFolders;
import io.saddle.schema.DesiredState;
import io.saddle.schema.FidScore;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.StepTask;
import io.saddle.schema.TaskAction;
import io.saddle.schema.TaskOutcome;
import io.saddle.schema.TaskResult;
import io.saddle.schema.TrainingRun;
import io.saddle.service.PeriodicTask;
import io.saddle.service.ServiceComponent;
import io.saddle.topic.Topics;
import io.smallrye.faulttolerance.api.RateLimitException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker for pipelines' runs: submits what is ordered, pauses and stops what is to be, and says how each run ended. What it has
 * done is what the topics show, so that it goes on where any console before it ended; beside them it only keeps when it tries again.
 */
@ApplicationScoped
public class RunTasks implements ServiceComponent {

    private static final Logger LOG = LoggerFactory.getLogger(RunTasks.class);
    private static final String WORKER = "console";
    /** Phases of runs that have left the queue; of a paused one nobody knows whether it had. */
    private static final Set<RunPhase> AT_IT =
            Set.of(RunPhase.STARTING, RunPhase.TRAINING, RunPhase.WAITING_FOR_MULTIPLIERS);

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration HEARSAY = Duration.ofSeconds(3);

    private final TopicFeed feed;
    private final RunCommands commands;
    private final ForkSteps forks;
    private final RecordWriter records;
    private final Clock clock;
    private final TaskPauses pauses;
    /** Of tasks that failed for reasons of their own. */
    private final TaskPauses troubled;
    /** What was said last of runs that have not ended. */
    private final Map<String, Word> said = new HashMap<>();
    /** Since when. */
    private final Map<String, Instant> refused = new HashMap<>();

    private Instant begun;
    private PeriodicTask work;

    /** What a step is to say while it goes on. */
    private record Word(String message, Map<String, String> outputs) {}

    public RunTasks(TopicFeed feed, RunCommands commands, RunSummaries summaries, RecordWriter records, Clock clock) {
        this.feed = feed;
        this.commands = commands;
        this.forks = new ForkSteps(feed, summaries);
        this.records = records;
        this.clock = clock;
        this.pauses = new TaskPauses(clock);
        this.troubled = new TaskPauses(clock);
    }

    @Override
    public void start() {
        begun = clock.instant();
        work = new PeriodicTask("run-tasks", Duration.ZERO, LOOK_EVERY, this::look);
    }

    @Override
    public void stop() {
        work.close();
    }

    /** After the tables, which it looks at. */
    @Override
    public int order() {
        return 1;
    }

    private void look() {
        OpenTasks tasks = feed.runTasks();
        for (Open task : tasks.all()) {
            String runId = runId(task.start());
            if (troubled.isPaused(runId)) {
                continue;
            }
            try {
                look(tasks, task, runId);
                troubled.forget(runId);
            } catch (RuntimeException e) {
                boolean ofAll = e instanceof Refusal || Fault.of(e) == Fault.ENVIRONMENT;
                if (ofAll || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                // The tasks behind it do not wait for what may never go.
                LOG.error("run {} of a pipeline is not looked after, and is tried again", runId, e);
                troubled.pause(runId);
                if (feed.tables().run(runId).isEmpty()) {
                    sayPutOff(task, "the console failed; its log has the reason");
                }
            }
        }
    }

    private void look(OpenTasks tasks, Open task, String runId) {
        Optional<TrainingRun> run = feed.tables().run(runId);
        if (run.isPresent() && !isTaken(tasks, task) && isBefore(task.start(), run.get())) {
            end(
                    tasks,
                    task,
                    TaskOutcome.REFUSED,
                    "a run '" + runId + "' was there before; names are for ever",
                    Map.of());
        } else if (run.isPresent() && !isOf(task.start(), run.get())) {
            end(
                    tasks,
                    task,
                    TaskOutcome.REFUSED,
                    "a run '" + runId + "' was submitted by " + run.get().getSubmittedBy()
                            + ", and not for this execution; names are for ever",
                    Map.of());
        } else if (task.wanted() == TaskAction.STOP) {
            stop(tasks, task, run);
        } else if (run.isEmpty()) {
            submit(tasks, task);
        } else {
            follow(tasks, task, run.get());
        }
    }

    /**
     * Whether some console has begun with the task: no run of its name was there then. It says so before it submits the run, so that what
     * is the task's own is known whatever the wall clock does between order and submission.
     */
    private boolean isTaken(OpenTasks tasks, Open task) {
        return said.containsKey(runId(task.start())) || tasks.isTaken(task);
    }

    private static boolean isBefore(StepTask start, TrainingRun run) {
        return run.getSubmittedAt().isBefore(start.getIssuedAt().minus(1, ChronoUnit.MINUTES));
    }

    /** A run of the step's name is the step's if who asked for the execution has submitted it; of one of an earlier release that is not known. */
    private static boolean isOf(StepTask start, TrainingRun run) {
        return run.getSubmittedBy() == null || run.getSubmittedBy().equals(start.getRequestedBy());
    }

    private static String runId(StepTask start) {
        return AttemptStart.runId(start.getExecutionId(), start.getStep(), start.getAttempt());
    }

    private void submit(OpenTasks tasks, Open task) {
        if (task.wanted() == TaskAction.PAUSE) {
            return;
        }
        StepTask start = task.start();
        if (pauses.isPaused(runId(start))) {
            return;
        }
        if (pauses.isStoreAway()) {
            sayStoreAway(task);
            return;
        }
        try {
            String specification = forks.specification(start, runId(start));
            if (specification.contains("@" + ModelFolders.BEST) && !feed.views().knowsDualSteps()) {
                // Refused for now, as often as it is asked for, out of what everybody may submit in a minute.
                return;
            }
            if (!isTaken(tasks, task)) {
                say(task, new Word("", Map.of()));
            }
            commands.submit(specification, null, start.getRequestedBy());
            pauses.submitted(runId(start));
            refused.remove(runId(start));
        } catch (InvalidRunSpecException e) {
            refused(tasks, task, e.getMessage());
        } catch (RateLimitException e) {
            // The next look asks again.
        } catch (StoreUnavailableException e) {
            LOG.warn("run {} is not submitted yet, and is tried again", runId(start), e);
            pauses.storeIsAway();
            refused.remove(runId(start));
            sayStoreAway(task);
        } catch (Refusal e) {
            if (e.isForLater()) {
                pauses.pause(runId(start));
                refused.remove(runId(start));
                sayPutOff(task, e.getMessage());
            } else {
                refused(tasks, task, e.inFull());
            }
        }
    }

    private void sayStoreAway(Open task) {
        sayPutOff(task, "the artifact store cannot be reached; the console's log has the reason");
    }

    private void sayPutOff(Open task, String why) {
        say(task, new Word("waits to be submitted, and is tried again: " + why, Map.of()));
    }

    /** What the run needs may have been announced just before its order, on a topic that is not read as far yet. */
    private void refused(OpenTasks tasks, Open task, String message) {
        // Not since the order: the wall clock may have gone back from there.
        Instant since = refused.computeIfAbsent(runId(task.start()), first -> clock.instant());
        if (clock.instant().isBefore(since.plus(HEARSAY))) {
            pauses.pause(runId(task.start()));
        } else {
            end(tasks, task, TaskOutcome.REFUSED, message, Map.of());
        }
    }

    /** A stop is not answered: nobody waits for it. It is for good, whatever somebody has wanted of the run since. */
    private void stop(OpenTasks tasks, Open task, Optional<TrainingRun> run) {
        run.ifPresent(known -> desire(task, known, DesiredState.STOPPED));
        close(tasks, task);
    }

    /** Obeys an order once: what somebody wants of the run itself afterwards counts, also for a console that reads the order again. */
    private void obey(OpenTasks tasks, Open task, TrainingRun run, DesiredState desired) {
        Instant ordered = task.newest().getIssuedAt();
        boolean overruled = ordered.isBefore(begun)
                && run.getRevision() > 1
                && run.getUpdatedAt().isAfter(ordered);
        if (!task.isObeyed() && !overruled) {
            desire(task, run, desired);
        }
        tasks.obeyed(task);
    }

    private void desire(Open task, TrainingRun run, DesiredState desired) {
        boolean over = RunPhases.isFinal(feed.views().phase(run.getRunId()));
        if (!over && run.getDesiredState() != desired && run.getDesiredState() != DesiredState.STOPPED) {
            commands.desire(run.getRunId(), desired, "execution " + task.start().getExecutionId());
        }
    }

    private void follow(OpenTasks tasks, Open task, TrainingRun run) {
        RunPhase phase = feed.views().phase(run.getRunId());
        String message =
                feed.views().status(run.getRunId()).map(RunStatus::getMessage).orElse("");
        switch (phase) {
            case FAILED -> end(tasks, task, TaskOutcome.FAILED, message, Map.of());
            case STOPPED ->
                end(
                        tasks,
                        task,
                        TaskOutcome.STOPPED,
                        "run '" + run.getRunId() + "' was stopped"
                                + (run.getUpdatedBy() == null ? "" : " by " + run.getUpdatedBy()),
                        Map.of());
            case COMPLETED -> {
                // The finished model's score comes after the run's end.
                if (feed.views().score(run.getRunId()).filter(FidScore::getLast).isPresent()) {
                    feed.views()
                            .judged(run.getRunId())
                            .ifPresent(judged -> end(
                                    tasks,
                                    task,
                                    TaskOutcome.DONE,
                                    forks.notTaken(task.start()),
                                    RunOutputs.of(feed.views(), run.getRunId(), judged)));
                } else {
                    String unjudged = unjudged(run.getRunId());
                    say(task, underWay(run, unjudged.isEmpty() ? forks.notTaken(task.start()) : unjudged));
                }
            }
            default -> {
                if (AT_IT.contains(phase)) {
                    say(task, underWay(run, forks.notTaken(task.start())));
                } else if (phase == RunPhase.QUEUED) {
                    // In the place of what an earlier console may have said of a run that was still to be submitted.
                    say(task, new Word("", Map.of()));
                }
                if (task.wanted() == TaskAction.PAUSE) {
                    obey(tasks, task, run, DesiredState.PAUSED);
                } else if (task.wanted() == TaskAction.RESUME) {
                    obey(tasks, task, run, DesiredState.RUNNING);
                }
            }
        }
    }

    private static Word underWay(TrainingRun run, String message) {
        return new Word(message, Map.of(RunOutputs.RUN, run.getRunId()));
    }

    /** What keeps a run that has completed from ending its step, where somebody has said so. */
    private String unjudged(String runId) {
        return feed.views()
                .status(runId)
                .flatMap(feed.views()::unjudged)
                .map(alert -> "its finished model is not judged: " + alert.getMessage() + "; " + alert.getRemedy()
                        + ", then './saddle dlq replay saddle.snapshots --all' has it judged")
                .orElse("");
    }

    private void end(OpenTasks tasks, Open task, TaskOutcome outcome, String message, Map<String, String> outputs) {
        write(task, outcome, message, outputs);
        close(tasks, task);
    }

    private void close(OpenTasks tasks, Open task) {
        pauses.forget(runId(task.start()));
        troubled.forget(runId(task.start()));
        said.remove(runId(task.start()));
        refused.remove(runId(task.start()));
        tasks.close(task);
    }

    private void say(Open task, Word word) {
        String runId = runId(task.start());
        if (!word.equals(said.get(runId))) {
            write(task, TaskOutcome.UNDER_WAY, word.message(), word.outputs());
            said.put(runId, word);
        }
    }

    private void write(Open task, TaskOutcome outcome, String message, Map<String, String> outputs) {
        StepTask start = task.start();
        TaskResult result = TaskResult.newBuilder()
                .setExecutionId(start.getExecutionId())
                .setStep(start.getStep())
                .setAttempt(start.getAttempt())
                .setOutcome(outcome)
                .setMessage(Bounds.message(message))
                .setOutputs(outputs)
                .setWorker(WORKER)
                .setEndedAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
                .build();
        records.write(Topics.TASK_RESULTS, start.getExecutionId(), result);
    }
}
