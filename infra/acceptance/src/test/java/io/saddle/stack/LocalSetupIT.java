package io.saddle.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.saddle.kafka.KafkaSettings;
import io.saddle.stack.testing.ClusterExtension;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.ForwardingAdmin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.ListTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class LocalSetupIT {

    private static Admin admin(TestCluster cluster) {
        return Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()));
    }

    private static LocalSetup setup(TestCluster cluster, List<String> said) {
        return LocalSetup.connect(
                new KafkaSettings(cluster.bootstrapServers(), cluster.registryUrl()), null, (short) 1, said::add);
    }

    @Test
    void everyTopicAndItsDeadLetterTopicHaveTheSamePartitions(TestCluster cluster) throws Exception {
        List<String> names = Topics.all().stream()
                .flatMap(topic -> Stream.of(topic.name(), topic.deadLetterName()))
                .toList();
        try (Admin admin = admin(cluster)) {
            Map<String, TopicDescription> found =
                    admin.describeTopics(names).allTopicNames().get();
            assertEquals(
                    List.of(Topics.RUNS.partitions()),
                    found.values().stream()
                            .map(topic -> topic.partitions().size())
                            .distinct()
                            .toList());
        }
    }

    @Test
    void topicsAreCompactedOrKeptAsTheContractSays(TestCluster cluster) throws Exception {
        try (Admin admin = admin(cluster)) {
            for (Topic<?> topic : Topics.all()) {
                ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
                var config =
                        admin.describeConfigs(List.of(resource)).all().get().get(resource);
                assertEquals(
                        topic.compact() ? "compact" : "delete",
                        config.get("cleanup.policy").value(),
                        topic.name());
                if (topic == Topics.MULTIPLIERS) {
                    assertEquals("-1", config.get("retention.ms").value());
                }
            }
        }
    }

    @Test
    void everySchemaIsRegisteredAsFullTransitive(TestCluster cluster) throws Exception {
        SchemaRegistryClient registry = cluster.serdes().registry();
        for (Topic<?> topic : Topics.all()) {
            assertTrue(registry.getId(topic.subject(), new AvroSchema(topic.schema())) > 0, topic.subject());
            assertEquals("FULL_TRANSITIVE", registry.getCompatibility(topic.subject()));
        }
        assertEquals("FULL_TRANSITIVE", registry.getCompatibility(null));
    }

    @Test
    void itCanBeRunAgain(TestCluster cluster) {
        List<String> said = new ArrayList<>();
        try (LocalSetup setup = setup(cluster, said)) {
            setup.run();
        }
        assertEquals("topics: 0 created, " + 2 * Topics.all().size() + " in all", said.get(0));
    }

    /** One broker lists a topic that the next one, asked a moment later, does not know: while it is deleted or made. */
    @Test
    void aTopicThatIsGoneByTheTimeItIsLookedAtIsCreated(TestCluster cluster) throws Exception {
        String name = Topics.ALERTS.deadLetterName();
        List<String> problems = new ArrayList<>();
        try (Admin admin = new ForwardingAdmin(Map.of("bootstrap.servers", cluster.bootstrapServers())) {
            @Override
            public ListTopicsResult listTopics(ListTopicsOptions options) {
                ListTopicsResult listed = super.listTopics(options);
                delete(this, listed, name);
                return listed;
            }
        }) {
            assertEquals(1, new TopicSetup(admin, (short) 1).run(Topics.all(), problems));
            Awaitility.await().until(() -> partitions(admin, name) == Topics.ALERTS.partitions());
        }
        assertEquals(List.of(), problems);
    }

    private static void delete(Admin admin, ListTopicsResult listed, String name) {
        try {
            assertTrue(listed.names().get().contains(name), name);
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        delete(admin, name);
    }

    private static void delete(Admin admin, String name) {
        try {
            admin.deleteTopics(List.of(name)).all().get();
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        Awaitility.await().until(() -> partitions(admin, name) == 0);
    }

    /** Two set-ups at a time, of two builds: what the other makes in between is looked at as well. */
    @Test
    void aTopicThatSomebodyElseMakesMeanwhileIsLookedAt(TestCluster cluster) throws Exception {
        String name = Topics.FID_SCORES.deadLetterName();
        List<String> problems = new ArrayList<>();
        try (Admin other = admin(cluster);
                Admin admin = new ForwardingAdmin(Map.of("bootstrap.servers", cluster.bootstrapServers())) {
                    @Override
                    public CreateTopicsResult createTopics(Collection<NewTopic> topics, CreateTopicsOptions options) {
                        made(other, new NewTopic(name, 2, (short) 1));
                        return super.createTopics(topics, options);
                    }
                }) {
            delete(other, name);
            assertEquals(0, new TopicSetup(admin, (short) 1).run(Topics.all(), problems));
            assertEquals(1, problems.size(), problems.toString());
            assertTrue(problems.get(0).startsWith("topic " + name + " has 2 partitions"), problems.get(0));
            delete(other, name);
            assertEquals(1, new TopicSetup(other, (short) 1).run(Topics.all(), new ArrayList<>()));
        }
    }

    @Test
    void aTopicThatSomebodyElseMakesAndDeletesMeanwhileIsCreated(TestCluster cluster) throws Exception {
        String name = Topics.FID_SCORES.deadLetterName();
        List<String> problems = new ArrayList<>();
        try (Admin other = admin(cluster);
                Admin admin = new ForwardingAdmin(Map.of("bootstrap.servers", cluster.bootstrapServers())) {
                    private boolean asked;

                    @Override
                    public CreateTopicsResult createTopics(Collection<NewTopic> topics, CreateTopicsOptions options) {
                        if (asked) {
                            return super.createTopics(topics, options);
                        }
                        asked = true;
                        made(other, new NewTopic(name, 2, (short) 1));
                        CreateTopicsResult refused = super.createTopics(topics, options);
                        Awaitility.await()
                                .until(() -> refused.values().get(name).isDone());
                        delete(other, name);
                        return refused;
                    }
                }) {
            delete(other, name);
            assertEquals(1, new TopicSetup(admin, (short) 1).run(Topics.all(), problems));
            Awaitility.await().until(() -> partitions(other, name) == Topics.FID_SCORES.partitions());
        }
        assertEquals(List.of(), problems);
    }

    private static void made(Admin admin, NewTopic topic) {
        try {
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anIncompatibleSchemaIsRefused(TestCluster cluster) {
        Schema other = SchemaBuilder.record("Alert")
                .namespace("io.saddle.schema")
                .fields()
                .requiredLong("runId")
                .endRecord();
        RestClientException e = assertThrows(
                RestClientException.class,
                () -> cluster.serdes().registry().register(Topics.ALERTS.subject(), new AvroSchema(other)));
        assertEquals(409, e.getStatus());
    }

    @Test
    void aNewFieldWithADefaultIsAccepted(TestCluster cluster) throws Exception {
        Schema alert = Topics.ALERTS.schema();
        Schema wider = Schema.createRecord(alert.getName(), alert.getDoc(), alert.getNamespace(), false);
        List<Schema.Field> fields = alert.getFields().stream()
                .map(field -> new Schema.Field(field, field.schema()))
                .collect(Collectors.toList());
        Schema optional = SchemaBuilder.unionOf().nullType().and().stringType().endUnion();
        fields.add(new Schema.Field("added", optional, "Later.", Schema.Field.NULL_DEFAULT_VALUE));
        wider.setFields(fields);
        assertTrue(cluster.serdes().registry().register(Topics.ALERTS.subject(), new AvroSchema(wider)) > 0);
    }

    @Test
    void aSchemaAndATopicThatDoNotFitTheContractAreNamedWithARemedy() throws Exception {
        Path folder;
        try (TestCluster cluster = TestCluster.start()) {
            folder = cluster.home().folder();
            SchemaRegistryClient registry = cluster.serdes().registry();
            registry.deleteSubject(Topics.ALERTS.subject());
            registry.register(
                    Topics.ALERTS.subject(),
                    new AvroSchema(SchemaBuilder.record("Alert")
                            .namespace("io.saddle.schema")
                            .fields()
                            .requiredLong("runId")
                            .endRecord()));
            try (LocalSetup setup = setup(cluster, new ArrayList<>())) {
                StackException e = assertThrows(StackException.class, setup::run);
                assertTrue(
                        e.getMessage()
                                .startsWith("subject saddle.alerts-value: this build's schema is not FULL_TRANSITIVE"),
                        e.getMessage());
                assertTrue(e.getMessage().contains("change Alert.avsc"), e.getMessage());
            }
            aTopicWithAnotherNumberOfPartitionsIsNamedWithARemedy(cluster);
        }
        assertFalse(Files.exists(folder), "a cluster leaves nothing");
    }

    private static void aTopicWithAnotherNumberOfPartitionsIsNamedWithARemedy(TestCluster cluster) throws Exception {
        try (Admin admin = admin(cluster)) {
            admin.deleteTopics(List.of("saddle.fid-scores", "saddle.runs"))
                    .all()
                    .get();
            admin.createTopics(List.of(new NewTopic("saddle.fid-scores", 2, (short) 1)))
                    .all()
                    .get();
            Awaitility.await()
                    .until(() -> partitions(admin, "saddle.fid-scores") == 2 && partitions(admin, "saddle.runs") == 0);
        }
        List<String> said = new ArrayList<>();
        try (LocalSetup setup = setup(cluster, said)) {
            StackException e = assertThrows(StackException.class, setup::run);
            assertTrue(
                    e.getMessage().startsWith("topic saddle.fid-scores has 2 partitions, topics.yaml says 4"),
                    e.getMessage());
        }
        assertEquals("topics: 1 created, " + 2 * Topics.all().size() + " in all", said.get(0));
    }

    /** 0 where there is no such topic. */
    private static int partitions(Admin admin, String topic) throws Exception {
        try {
            return admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .size();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return 0;
            }
            throw e;
        }
    }
}
