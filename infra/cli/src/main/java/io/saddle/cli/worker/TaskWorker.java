package io.saddle.cli.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.saddle.artifact.DurableFiles;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.kafka.BatchWorker;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.Received;
import io.saddle.kafka.RecordHandler;
import io.saddle.kafka.RetryLaterException;
import io.saddle.kafka.TopicReader;
import io.saddle.model.data.DataRoots;
import io.saddle.pipeline.execution.OpenTasks;
import io.saddle.schema.StepTask;
import io.saddle.schema.TaskAction;
import io.saddle.schema.TaskOutcome;
import io.saddle.schema.TaskResult;
import io.saddle.serde.Serdes;
import io.saddle.topic.ConsumerGroups;
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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A worker at pipelines' tasks. Workers share the tasks of each kind, as a group of those that do this kind: each has some of the
 * topic's partitions for it, and does one task at a time, of whatever kind. A task whose worker is gone is done by another one; its
 * commands go on where they were cut off, or begin anew, and its end is said once.
 */
final class TaskWorker implements AutoCloseable {

    /** Between a worker's name and the kind, in the id of a client. */
    private static final String OF_KIND = "#";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration NEWS_EVERY = Duration.ofSeconds(10);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final Duration STUCK_AFTER = Duration.ofDays(7);

    private final Set<TaskKind> kinds;
    private final String name;
    private final DataRoots roots;
    private final Function<ChildCommand, List<String>> program;
    private final Consumer<String> log;
    private final Clock clock;
    private final Producer<byte[], byte[]> producer;
    private final Publisher publisher;
    private final Admin admin;
    private final OpenTasks tasks;
    private final Colleagues colleagues;
    private final TopicReader news;
    private final List<BatchWorker<StepTask>> workers;
    /** One task at a time. */
    private final Lock hands = new ReentrantLock(true);
    /** Before the next try of what waits for something that is away. */
    private final Map<String, Duration> pauses = new ConcurrentHashMap<>();
    /** They are closed one after the other: none is to begin what another one waited with. */
    private volatile boolean closing;

    /**
     * @param name of this worker, which no other has: others know by it that somebody is at a task
     * @param roots folders that tasks may name: whoever defines a pipeline is not to learn what else lies on the worker's machine
     * @param program makes the words that start a command in a process of its own
     * @param log is told what it does
     */
    TaskWorker(
            KafkaSettings kafka,
            Set<TaskKind> kinds,
            String name,
            DataRoots roots,
            Function<ChildCommand, List<String>> program,
            Consumer<String> log,
            Clock clock) {
        this.kinds = Set.copyOf(kinds);
        this.name = name;
        this.roots = roots;
        this.program = program;
        this.log = log;
        this.clock = clock;
        Serdes serdes = kafka.serdes();
        this.producer = new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
        this.publisher = new Publisher(producer, serdes);
        this.admin = Admin.create(kafka.admin());
        this.colleagues = new Colleagues(name, this::members, this::hearsNothing, System::nanoTime);
        this.tasks = new OpenTasks(kinds.stream().map(TaskKind::title).collect(Collectors.toSet()));
        DeadLetters letters = new DeadLetters(producer, "worker");
        // What cannot be read is put aside by those that belong to the groups.
        this.news = new TopicReader(
                        kafka,
                        serdes,
                        ConsumerGroups.WORKER + "-news",
                        (topic, record, why) -> CompletableFuture.completedFuture(null))
                .onValue(Topics.TASKS, tasks::put)
                .onValue(Topics.TASK_RESULTS, this::heard);
        this.workers = kinds.stream()
                .sorted()
                .map(kind -> new BatchWorker<>(
                        kafka.as(name + OF_KIND + kind.title()),
                        serdes,
                        group(kind),
                        Topics.TASKS,
                        letters,
                        new Work(kind),
                        STUCK_AFTER,
                        System::nanoTime))
                .toList();
    }

    /** In one group of all kinds, an order would come to a worker that does not do this kind, and to no other. */
    static String group(TaskKind kind) {
        return ConsumerGroups.WORKER + "-" + kind.title();
    }

    /** Begins, as soon as it knows which tasks are over. */
    void start() throws InterruptedException {
        try {
            news.start().caughtUp().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("what stands on the topics could not be read", e.getCause());
        }
        workers.forEach(BatchWorker::start);
        log.accept(
                name + " takes " + kinds.stream().map(TaskKind::title).sorted().collect(Collectors.joining(", ")));
    }

    private boolean hearsNothing() {
        return news.obstacle().isPresent();
    }

    private void heard(TaskResult result) {
        tasks.put(result);
        colleagues.put(result);
    }

    /** The names of those that do tasks of this kind. */
    private Set<String> members(StepTask task) {
        String group = group(TaskKind.of(task.getKind()).orElseThrow());
        try {
            return admin.describeConsumerGroups(List.of(group)).all().get().get(group).members().stream()
                    .map(MemberDescription::clientId)
                    .map(TaskWorker::workerOf)
                    .collect(Collectors.toSet());
        } catch (ExecutionException e) {
            throw new IllegalStateException("the group of workers cannot be asked for", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Of another program's client its id. */
    private static String workerOf(String client) {
        int kind = client.lastIndexOf(OF_KIND);
        return kind < 0 ? client : client.substring(0, kind);
    }

    /** What keeps it from working. */
    Optional<String> obstacle() {
        return workers.stream()
                .map(BatchWorker::obstacle)
                .flatMap(Optional::stream)
                .findFirst()
                .or(news::obstacle);
    }

    @Override
    public void close() {
        closing = true;
        workers.forEach(BatchWorker::close);
        news.close();
        admin.close();
        producer.close();
    }

    /** What to do with each order of a kind. */
    private final class Work implements RecordHandler<StepTask> {

        private final TaskKind kind;

        Work(TaskKind kind) {
            this.kind = kind;
        }

        private boolean isFor(StepTask task) {
            return task.getAction() == TaskAction.START && task.getKind().equals(kind.title());
        }

        @Override
        public void handle(Received<StepTask> record)
                throws IOException, InterruptedException, ExecutionException, RetryLaterException {
            if (isFor(record.value())) {
                if (!hands.tryLock(LOOK_EVERY.toSeconds(), TimeUnit.SECONDS)) {
                    // Not begun yet: should the partition go to another worker, that one need not wait.
                    throw new RetryLaterException("this worker is at another task", Duration.ZERO);
                }
                try {
                    if (closing) {
                        throw new InterruptedException("it was told to end while it waited for its other task");
                    }
                    take(record.value(), kind);
                } finally {
                    hands.unlock();
                }
            }
        }

        @Override
        public void givenUp(Received<StepTask> record, Exception why) throws InterruptedException, ExecutionException {
            StepTask task = record.value();
            if (isFor(task) && tasks.isWanted(task)) {
                say(task, TaskOutcome.FAILED, name + " could not do it: " + why, Map.of());
            }
        }
    }

    private void take(StepTask task, TaskKind kind)
            throws IOException, InterruptedException, ExecutionException, RetryLaterException {
        // The reader of news may not have come as far.
        tasks.put(task);
        if (!tasks.isWanted(task)) {
            pauses.remove(shown(task));
        } else {
            if (colleagues.areAt(task)) {
                throw new RetryLaterException("another worker is at it", LOOK_EVERY);
            }
            Path work = Files.createTempDirectory("saddle-task");
            try {
                work(task, kind, work);
            } finally {
                DurableFiles.deleteTree(work);
            }
        }
    }

    private static String shown(StepTask task) {
        return task.getExecutionId() + " " + task.getStep() + "#" + task.getAttempt();
    }

    private void work(StepTask task, TaskKind kind, Path work)
            throws IOException, InterruptedException, ExecutionException, RetryLaterException {
        JsonNode told = JSON.readTree(task.getParameters());
        String shown = shown(task);
        log.accept(shown + ": " + kind.title() + " " + told);
        try {
            for (String path : kind.paths(told)) {
                roots.path(path);
            }
        } catch (IOException e) {
            log.accept(shown + ": refused: " + e.getMessage());
            say(task, TaskOutcome.REFUSED, e.getMessage(), Map.of());
            return;
        }
        say(task, TaskOutcome.UNDER_WAY, name + " is at it", Map.of());
        if (kind.target(told).isPresent()) {
            DurableFiles.deleteTree(kind.partial(told));
        }
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
                throw new RetryLaterException(waits, pauses.merge(shown, LOOK_EVERY, (last, first) -> longer(last)));
            }
            pauses.remove(shown);
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
        say(task, TaskOutcome.DONE, "", kind.outputs(told, answer));
        log.accept(shown + ": done");
    }

    /** A try does all of a task again. */
    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    /** What a better input would mend is wrong for good; the rest may be worth another attempt. */
    private static TaskOutcome outcome(int code) {
        return code == ExitCode.INVALID_INPUT || code == ExitCode.USAGE ? TaskOutcome.REFUSED : TaskOutcome.FAILED;
    }

    /** Puts the target in its place; what an attempt before this one put there already is the same. */
    private static Optional<String> put(TaskKind kind, JsonNode told) throws IOException {
        Path target = kind.target(told).orElseThrow();
        Path made = kind.partial(told);
        if (!Files.exists(target)) {
            Files.move(made, target);
            return Optional.empty();
        }
        boolean isSame = FolderContents.of(target).equals(FolderContents.of(made));
        DurableFiles.deleteTree(made);
        return isSame
                ? Optional.empty()
                : Optional.of(target + " exists already, and is something else; name a new folder");
    }

    private static JsonNode json(String answer) {
        try {
            return JSON.readTree(answer);
        } catch (JsonProcessingException e) {
            // Not every command answers in JSON.
            return MissingNode.getInstance();
        }
    }

    private void say(StepTask task, TaskOutcome outcome, String message, Map<String, String> outputs)
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
