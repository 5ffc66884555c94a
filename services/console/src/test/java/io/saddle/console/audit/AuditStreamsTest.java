package io.saddle.console.audit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.TopicHistory;
import io.saddle.schema.Project;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.ConsumerGroups;
import io.saddle.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class AuditStreamsTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Test
    void anAuditWhoseGroupIsGoneTellsOfNothingTwice() throws Exception {
        try (TestCluster cluster = TestCluster.start()) {
            KafkaSettings kafka = new KafkaSettings(cluster.bootstrapServers(), cluster.registryUrl());
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                            kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
                    Admin admin = Admin.create(kafka.admin())) {
                Publisher publisher = new Publisher(producer, kafka.serdes());
                AuditStreams before = start(kafka);
                send(publisher, "one");
                send(publisher, "two");
                await().atMost(PATIENCE).until(() -> descriptions(kafka).size() == 2);
                before.stop();
                await().atMost(PATIENCE)
                        .ignoreExceptionsMatching(e -> e.getCause() instanceof GroupNotEmptyException)
                        .until(() -> {
                            admin.deleteConsumerGroups(List.of(ConsumerGroups.AUDIT))
                                    .all()
                                    .get();
                            return true;
                        });
                AuditStreams after = start(kafka);
                send(publisher, "three");
                await().atMost(PATIENCE).until(() -> descriptions(kafka).contains("two>three"));
                after.stop();
                assertEquals(List.of("null>one", "one>two", "two>three"), descriptions(kafka));
            }
        }
    }

    private static AuditStreams start(KafkaSettings kafka) {
        AuditStreams streams = new AuditStreams(kafka, kafka.serdes(), new SimpleMeterRegistry(), 1);
        streams.start();
        return streams;
    }

    private static void send(Publisher publisher, String description) throws Exception {
        Project project = Project.newBuilder()
                .setName("p")
                .setRevision(1)
                .setDescription(description)
                .setMembers(List.of("ann"))
                .setUpdatedAt(Instant.EPOCH)
                .build();
        publisher.send(Topics.PROJECTS, "p", project).get();
    }

    /** What the audit says of the one project, in order: was>now ... */
    private static List<String> descriptions(KafkaSettings kafka) {
        List<String> all = new ArrayList<>();
        TopicHistory history = new TopicHistory(kafka, kafka.serdes());
        for (int partition = 0; partition < Topics.AUDIT.partitions(); partition++) {
            history.forEach(
                    Topics.AUDIT,
                    partition,
                    entry -> entry.getChanges().stream()
                            .filter(change -> change.getField().equals("description"))
                            .forEach(change -> all.add(change.getWas() + ">" + change.getNow())));
        }
        return all;
    }
}
