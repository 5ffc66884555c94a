package io.saddle.lab.soak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.TopicReader;
import io.saddle.schema.StepTask;
import io.saddle.schema.TaskAction;
import io.saddle.schema.TaskOutcome;
import io.saddle.schema.TaskResult;
import io.saddle.topic.Topics;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A worker at tasks of a kind of its own: each succeeds at once, but for those that are to fail so many times first. */
final class PipelineTaskWorker implements AutoCloseable {

    static final String KIND = "soak";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KafkaProducer<byte[], byte[]> producer;
    private final Publisher publisher;
    private final TopicReader reader;

    PipelineTaskWorker(KafkaSettings kafka) {
        producer = new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
        publisher = new Publisher(producer, kafka.serdes());
        reader = new TopicReader(
                        kafka,
                        kafka.serdes(),
                        "saddle-follow-" + UUID.randomUUID(),
                        (topic, record, reason) -> CompletableFuture.completedFuture(null))
                .onValue(Topics.TASKS, this::work);
        reader.start();
    }

    private void work(StepTask task) {
        if (!task.getKind().equals(KIND) || task.getAction() != TaskAction.START) {
            return;
        }
        boolean fails = task.getAttempt() <= parameters(task).path("failures").asInt();
        TaskResult result = TaskResult.newBuilder()
                .setExecutionId(task.getExecutionId())
                .setStep(task.getStep())
                .setAttempt(task.getAttempt())
                .setOutcome(fails ? TaskOutcome.FAILED : TaskOutcome.DONE)
                .setMessage(fails ? "as it was told to" : "")
                .setOutputs(Map.of())
                .setWorker(KIND)
                .setEndedAt(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                .build();
        publisher.send(Topics.TASK_RESULTS, task.getExecutionId(), result);
    }

    private static JsonNode parameters(StepTask task) {
        try {
            return JSON.readTree(task.getParameters());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        reader.close();
        producer.close();
    }
}
