package io.saddle.cli.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.saddle.artifact.DurableFiles;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.RetryLaterException;
import io.saddle.pause.DoublingWait;
import io.saddle.pipeline.execution.OpenTasks;
import io.saddle.schema.StepTask;
import io.saddle.schema.TaskOutcome;
import io.saddle.schema.TaskResult;
import io.saddle.stack.TemporaryFolder;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What a worker does for a task: its commands one after the other, each in a process of its own, then the target in its place, and a word
 * on the topic of how it went. One task at a time.
 */
final class TaskWork {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration NEWS_EVERY = Duration.ofSeconds(10);
    private static final DoublingWait PAUSES = new DoublingWait(Duration.ofSeconds(10), Duration.ofMinutes(5));

    private final String name;
    private final TaskPlaces places;
    private final Function<ChildCommand, List<String>> program;
    private final Consumer<String> log;
    private final Clock clock;
    private final Publisher publisher;
    private final OpenTasks tasks;
    /** How often each has waited for something that is away. A try does all of a task again. */
    private final Map<String, Integer> pauses = new ConcurrentHashMap<>();

    /**
     * @param name of the worker
     * @param places that tasks may name
     * @param program makes the words that start a command in a process of its own
     * @param log is told what it does
     * @param tasks those that somebody waits for
     */
    TaskWork(
            String name,
            TaskPlaces places,
            Function<ChildCommand, List<String>> program,
            Consumer<String> log,
            Clock clock,
            Publisher publisher,
            OpenTasks tasks) {
        this.name = name;
        this.places = places;
        this.program = program;
        this.log = log;
        this.clock = clock;
        this.publisher = publisher;
        this.tasks = tasks;
    }

    /**
     * Does the task and says its end.
     *
     * @throws RetryLaterException if it waits for something that is away
     */
    void execute(StepTask task, TaskKind kind)
            throws IOException, InterruptedException, ExecutionException, RetryLaterException {
        try (TemporaryFolder work = TemporaryFolder.create("saddle-task")) {
            execute(task, kind, work.path());
            // Not before its end: a later command of it that waits is waited for longer each time, too.
            forget(task);
        }
    }

    /** The task is over, or nobody waits for it any more. */
    void forget(StepTask task) {
        pauses.remove(shown(task));
    }

    private static String shown(StepTask task) {
        return task.getExecutionId() + " " + task.getStep() + "#" + task.getAttempt();
    }

    private void execute(StepTask task, TaskKind kind, Path work)
            throws IOException, InterruptedException, ExecutionException, RetryLaterException {
        JsonNode told = JSON.readTree(task.getParameters());
        String shown = shown(task);
        log.accept(shown + ": " + kind.title() + " " + told);
        try {
            places.require(kind.paths(told), kind.target(told));
        } catch (IOException e) {
            log.accept(shown + ": refused: " + e.getMessage());
            say(task, TaskOutcome.REFUSED, e.getMessage(), Map.of());
            return;
        }
        say(task, TaskOutcome.UNDER_WAY, name + " is at it", Map.of());
        deletePartial(kind, told);
        try {
            attempt(task, kind, told, work);
        } finally {
            deletePartial(kind, told);
        }
    }

    private static void deletePartial(TaskKind kind, JsonNode told) throws IOException {
        if (kind.target(told).isPresent()) {
            DurableFiles.deleteTree(kind.partial(told));
        }
    }

    private void attempt(StepTask task, TaskKind kind, JsonNode told, Path work)
            throws IOException, InterruptedException, ExecutionException, RetryLaterException {
        String shown = shown(task);
        JsonNode answer = MissingNode.getInstance();
        for (ChildCommand command : kind.commands(told, work)) {
            TaskProcess process = new TaskProcess(work);
            int code = process.run(program.apply(command), () -> tasks.isWanted(task), new News(task));
            if (!tasks.isWanted(task)) {
                log.accept(shown + ": stopped");
                return;
            }
            if (code == ExitCode.UNREACHABLE) {
                String waits = "waits, and is tried again: " + process.message();
                log.accept(shown + ": " + waits);
                say(task, TaskOutcome.UNDER_WAY, waits, Map.of());
                throw new RetryLaterException(waits, PAUSES.after(pauses.merge(shown, 1, Integer::sum) - 1));
            }
            if (code != ExitCode.OK) {
                String message = process.message();
                log.accept(shown + ": failed: " + message);
                say(task, outcome(code), message.isEmpty() ? "ended with exit code " + code : message, Map.of());
                return;
            }
            answer = json(process.answer());
        }
        Optional<String> inTheWay = kind.target(told).isPresent() ? put(kind, told) : Optional.empty();
        if (inTheWay.isPresent()) {
            say(task, TaskOutcome.REFUSED, inTheWay.get(), Map.of());
            return;
        }
        say(task, TaskOutcome.DONE, kind.message(told, answer, work), kind.outputs(told, answer));
        log.accept(shown + ": done");
    }

    /** What a better input would mend is wrong for good; the rest may be worth another attempt. */
    private static TaskOutcome outcome(int code) {
        return code == ExitCode.INVALID_INPUT || code == ExitCode.USAGE ? TaskOutcome.REFUSED : TaskOutcome.FAILED;
    }

    /** Puts the target in its place; what an attempt before this one put there already is the same. */
    private static Optional<String> put(TaskKind kind, JsonNode told) throws IOException {
        Path target = kind.target(told).orElseThrow();
        Path made = kind.made(told);
        if (!Files.exists(target)) {
            DurableFiles.syncTree(made);
            Files.move(made, target);
        } else if (!FolderContents.of(target).equals(FolderContents.of(made))) {
            return Optional.of(target + " exists already, and is something else; name a new folder");
        }
        // Once it is said to be done nobody makes it again, not even after a power cut.
        DurableFiles.sync(target.toAbsolutePath().getParent());
        return Optional.empty();
    }

    private static JsonNode json(String answer) {
        try {
            return JSON.readTree(answer);
        } catch (JsonProcessingException e) {
            // Not every command answers in JSON.
            return MissingNode.getInstance();
        }
    }

    void say(StepTask task, TaskOutcome outcome, String message, Map<String, String> outputs)
            throws InterruptedException, ExecutionException {
        TaskResult result = result(task, outcome, message, outputs);
        publisher.send(Topics.TASK_RESULTS, task.getExecutionId(), result).get();
        tasks.put(result);
    }

    private TaskResult result(StepTask task, TaskOutcome outcome, String message, Map<String, String> outputs) {
        return TaskResult.newBuilder()
                .setExecutionId(task.getExecutionId())
                .setStep(task.getStep())
                .setAttempt(task.getAttempt())
                .setOutcome(outcome)
                .setMessage(message)
                .setOutputs(outputs)
                .setWorker(name)
                .setEndedAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
                .build();
    }

    /** The progress of a task, on the topic every now and then. */
    private final class News implements Consumer<String> {

        private final StepTask task;
        private long lastNanos = System.nanoTime();
        private String said = name + " is at it";

        News(StepTask task) {
            this.task = task;
        }

        @Override
        public void accept(String line) {
            boolean isNew = !line.isEmpty() && !line.equals(said);
            Duration since = Duration.ofNanos(System.nanoTime() - lastNanos);
            if (since.compareTo(isNew ? NEWS_EVERY : Colleagues.HEARD_EVERY) < 0) {
                return;
            }
            lastNanos = System.nanoTime();
            said = isNew ? line : said;
            // Nobody waits for it: the next one says more.
            publisher.send(
                    Topics.TASK_RESULTS, task.getExecutionId(), result(task, TaskOutcome.UNDER_WAY, said, Map.of()));
        }
    }
}
