package io.saddle.cli.worker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.TopicHistory;
import io.saddle.model.data.DataRoots;
import io.saddle.schema.StepTask;
import io.saddle.schema.TaskAction;
import io.saddle.schema.TaskOutcome;
import io.saddle.schema.TaskResult;
import io.saddle.stack.testing.ClusterExtension;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Workers side by side, over a real broker; what they start does nothing. */
@ExtendWith(ClusterExtension.class)
class TaskWorkerIT {

    private static final int TASKS = 24;

    private final KafkaSettings kafka;
    private final String execution = "pipe-" + UUID.randomUUID();

    TaskWorkerIT(TestCluster cluster) {
        this.kafka = new KafkaSettings(cluster.bootstrapServers(), cluster.registryUrl());
    }

    private TaskWorker worker(String name, Set<TaskKind> kinds, String... program) throws InterruptedException {
        TaskWorker worker = new TaskWorker(
                kafka,
                kinds,
                name,
                new TaskPlaces(DataRoots.ANYWHERE, Optional.empty()),
                command -> List.of(program),
                line -> {},
                Clock.systemUTC());
        worker.start();
        return worker;
    }

    private String executionOf(int task) {
        return execution + "-" + task;
    }

    /** Each on an execution of its own, so that they lie on all partitions. */
    private void order() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
            Publisher publisher = new Publisher(producer, kafka.serdes());
            for (int i = 0; i < TASKS; i++) {
                StepTask task = StepTask.newBuilder()
                        .setExecutionId(executionOf(i))
                        .setStep("step")
                        .setAttempt(1)
                        .setAction(TaskAction.START)
                        .setKind((i % 2 == 0 ? TaskKind.DATA : TaskKind.ENCODE).title())
                        .setParameters("{}")
                        .setIssuedAt(Instant.now())
                        .build();
                publisher.send(Topics.TASKS, executionOf(i), task).get();
            }
        }
    }

    private Map<String, List<TaskResult>> done() {
        return said().stream()
                .filter(result -> result.getOutcome() != TaskOutcome.UNDER_WAY)
                .collect(Collectors.groupingBy(TaskResult::getExecutionId, TreeMap::new, Collectors.toList()));
    }

    private List<TaskResult> said() {
        Set<String> wanted =
                IntStream.range(0, TASKS).mapToObj(this::executionOf).collect(Collectors.toSet());
        TopicHistory past = new TopicHistory(kafka, kafka.serdes());
        Set<TaskResult> results = new HashSet<>();
        for (int partition = 0; partition < Topics.TASK_RESULTS.partitions(); partition++) {
            past.forEach(Topics.TASK_RESULTS, partition, results::add);
        }
        return results.stream()
                .filter(result -> wanted.contains(result.getExecutionId()))
                .toList();
    }

    /** An execution of hours failed of a store that was away for seconds. */
    @Test
    void whatIsAwayIsWaitedFor(@TempDir Path folder) throws Exception {
        Path asked = folder.resolve("asked");
        String script =
                "[ -e " + asked + " ] && exit 0; touch " + asked + "; echo 'error: the store is away' >&2; exit 3";
        try (TaskWorker worker = worker("patient", Set.of(TaskKind.DATA, TaskKind.ENCODE), "sh", "-c", script)) {
            order();
            await().atMost(Duration.ofMinutes(1)).until(() -> done().size() == TASKS);
        }
        done().forEach((id, results) -> assertEquals(
                List.of(TaskOutcome.DONE),
                results.stream().map(TaskResult::getOutcome).toList(),
                id));
        assertTrue(said().stream()
                .anyMatch(result -> result.getMessage().equals("waits, and is tried again: the store is away")));
    }

    /** In one group an order came to a worker that does not do its kind, and to no other, and its step waited for ever. */
    @Test
    void workersOfSomeKindsLeaveTheOthersToThoseThatDoThem() throws Exception {
        try (TaskWorker encoder = worker("encoder", Set.of(TaskKind.ENCODE, TaskKind.JUDGE), "true");
                TaskWorker importer = worker("importer", Set.of(TaskKind.DATA, TaskKind.EXPORT), "true")) {
            order();
            await().atMost(Duration.ofMinutes(1)).until(() -> done().size() == TASKS);
        }
        done().forEach((id, results) -> {
            int task = Integer.parseInt(id.substring(id.lastIndexOf('-') + 1));
            assertEquals(1, results.size(), id);
            assertEquals(task % 2 == 0 ? "importer" : "encoder", results.get(0).getWorker(), id);
        });
    }

    /** A task of an hour's encoding takes all cores; an import beside it would take them, too. */
    @Test
    void aWorkerOfSeveralKindsDoesOneTaskAtATime(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("log");
        String script = "echo begin >> " + log + "; sleep 0.1; echo end >> " + log;
        try (TaskWorker both = worker("both", Set.of(TaskKind.DATA, TaskKind.ENCODE), "sh", "-c", script)) {
            order();
            await().atMost(Duration.ofMinutes(1)).until(() -> done().size() == TASKS);
        }
        List<String> lines = Files.readAllLines(log);
        assertEquals(2 * TASKS, lines.size());
        for (int i = 0; i < lines.size(); i++) {
            assertEquals(i % 2 == 0 ? "begin" : "end", lines.get(i), () -> lines.toString());
        }
    }
}
