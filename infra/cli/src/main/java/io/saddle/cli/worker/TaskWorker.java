package io.saddle.cli.worker;

import io.saddle.kafka.BatchWorker;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.Received;
import io.saddle.kafka.RecordHandler;
import io.saddle.kafka.RetryLaterException;
import io.saddle.kafka.TopicReader;
import io.saddle.pipeline.execution.OpenTasks;
import io.saddle.schema.StepTask;
import io.saddle.schema.TaskAction;
import io.saddle.schema.TaskOutcome;
import io.saddle.schema.TaskResult;
import io.saddle.serde.Serdes;
import io.saddle.topic.ConsumerGroups;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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

    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);
    private static final Duration STUCK_AFTER = Duration.ofDays(7);

    private final Set<TaskKind> kinds;
    private final String name;
    private final Consumer<String> log;
    private final Producer<byte[], byte[]> producer;
    private final Admin admin;
    private final OpenTasks tasks;
    private final TaskWork work;
    private final Colleagues colleagues;
    private final TopicReader news;
    private final List<BatchWorker<StepTask>> workers;
    /** One task at a time. */
    private final Lock hands = new ReentrantLock(true);
    /** They are closed one after the other: none is to begin what another one waited with. */
    private volatile boolean closing;

    /**
     * @param name of this worker, which no other has: others know by it that somebody is at a task
     * @param places that tasks may name
     * @param program makes the words that start a command in a process of its own
     * @param log is told what it does
     */
    TaskWorker(
            KafkaSettings kafka,
            Set<TaskKind> kinds,
            String name,
            TaskPlaces places,
            Function<ChildCommand, List<String>> program,
            Consumer<String> log,
            Clock clock) {
        this.kinds = Set.copyOf(kinds);
        this.name = name;
        this.log = log;
        Serdes serdes = kafka.serdes();
        this.producer = new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
        this.admin = Admin.create(kafka.admin());
        this.colleagues = new Colleagues(name, this::members, this::hearsNothing, System::nanoTime);
        this.tasks = new OpenTasks(kinds.stream().map(TaskKind::title).collect(Collectors.toSet()));
        this.work = new TaskWork(name, places, program, log, clock, new Publisher(producer, serdes), tasks);
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
                        new Orders(kind),
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
    private final class Orders implements RecordHandler<StepTask> {

        private final TaskKind kind;

        Orders(TaskKind kind) {
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
                work.say(task, TaskOutcome.FAILED, name + " could not do it: " + why, Map.of());
            }
            work.forget(task);
        }
    }

    private void take(StepTask task, TaskKind kind)
            throws IOException, InterruptedException, ExecutionException, RetryLaterException {
        // The reader of news may not have come as far.
        tasks.put(task);
        if (!tasks.isWanted(task)) {
            work.forget(task);
        } else if (colleagues.areAt(task)) {
            throw new RetryLaterException("another worker is at it", LOOK_EVERY);
        } else {
            work.execute(task, kind);
        }
    }
}
