package io.saddle.stack.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.saddle.kafka.KafkaSettings;
import io.saddle.serde.Serdes;
import io.saddle.stack.LocalSetup;
import io.saddle.stack.StackException;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.AccessRules;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a secured broker and registry let whom do, tried for real: everything that the topic list does not grant is refused. */
class AccessIT {

    private static final byte[] RECORD = {1};

    private static TestCluster cluster;

    @BeforeAll
    static void startSecured() {
        cluster = TestCluster.startSecured();
    }

    @AfterAll
    static void end() {
        cluster.close();
    }

    private static KafkaSettings login(String user) {
        return cluster.settings().kafka(user);
    }

    private static List<String> everyTopic() {
        List<String> names = new ArrayList<>();
        for (Topic<?> topic : Topics.all()) {
            names.add(topic.name());
            names.add(topic.deadLetterName());
        }
        return names;
    }

    @Test
    void everyWriteThatTheTopicListDoesNotGrantIsRefused() throws Exception {
        for (String user : AccessRules.users()) {
            TreeSet<String> written = new TreeSet<>();
            Map<String, Object> settings = login(user).producer();
            // An idempotent producer is told no once, and asks no more.
            settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
            try (KafkaProducer<byte[], byte[]> producer = producer(settings)) {
                for (String topic : everyTopic()) {
                    if (mayWrite(producer, topic)) {
                        written.add(topic);
                    }
                }
            }
            TreeSet<String> granted = new TreeSet<>();
            for (Topic<?> topic : Topics.all()) {
                boolean operates = user.equals(AccessRules.OPERATOR);
                if (operates || topic.writers().contains(user)) {
                    granted.add(topic.name());
                }
                if (operates || topic.readers().contains(user)) {
                    granted.add(topic.deadLetterName());
                }
            }
            assertEquals(granted, written, user);
        }
    }

    private static boolean mayWrite(KafkaProducer<byte[], byte[]> producer, String topic) throws InterruptedException {
        try {
            producer.send(new ProducerRecord<>(topic, 0, RECORD, RECORD)).get();
            return true;
        } catch (ExecutionException e) {
            assertInstanceOf(TopicAuthorizationException.class, e.getCause());
            return false;
        }
    }

    @Test
    void everyReadThatTheTopicListDoesNotGrantIsRefused() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                producer(login(AccessRules.ADMIN).producer())) {
            for (String topic : everyTopic()) {
                producer.send(new ProducerRecord<>(topic, 1, RECORD, RECORD)).get();
            }
        }
        // Side by side: most of it is waiting.
        ExecutorService each = Executors.newCachedThreadPool();
        Map<String, Future<TreeSet<String>>> read = new HashMap<>();
        AccessRules.users().forEach(user -> read.put(user, each.submit(() -> readable(user))));
        for (String user : AccessRules.users()) {
            boolean person = user.equals(AccessRules.OPERATOR) || user.equals(AccessRules.VIEWER);
            TreeSet<String> granted = new TreeSet<>();
            for (Topic<?> topic : Topics.all()) {
                if (person
                        || topic.readers().contains(user)
                        || topic.rebuilders().contains(user)) {
                    granted.add(topic.name());
                }
                if (person) {
                    granted.add(topic.deadLetterName());
                }
            }
            assertEquals(granted, read.get(user).get(), user);
        }
        each.shutdown();
    }

    private static TreeSet<String> readable(String user) {
        TreeSet<String> readable = new TreeSet<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                login(user).consumer("saddle-" + user), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            for (String topic : everyTopic()) {
                if (mayRead(consumer, topic)) {
                    readable.add(topic);
                }
            }
        }
        return readable;
    }

    private static boolean mayRead(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        TopicPartition partition = new TopicPartition(topic, 1);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        try {
            Awaitility.await(topic)
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> !consumer.poll(Duration.ofMillis(200)).isEmpty());
            return true;
        } catch (TopicAuthorizationException refused) {
            return false;
        }
    }

    @Test
    void nobodyButATrainerFencesARun() {
        for (String user : AccessRules.users()) {
            Map<String, Object> settings = login(user).producer();
            settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "saddle-run-somebodys");
            try (KafkaProducer<byte[], byte[]> producer = producer(settings)) {
                if (user.equals("primal-trainer")) {
                    producer.initTransactions();
                } else {
                    assertThrows(TransactionalIdAuthorizationException.class, producer::initTransactions, user);
                }
            }
        }
    }

    @Test
    void aWrongPasswordAndAnOpenConnectionAreRefused() {
        Properties wrong = login("console").admin();
        wrong.put("sasl.jaas.config", UserFile.login("console", "guessed"));
        KafkaException refused = assertThrows(KafkaException.class, () -> topics(wrong));
        assertInstanceOf(SaslAuthenticationException.class, refused);

        Properties open = new Properties();
        open.put("bootstrap.servers", cluster.bootstrapServers());
        open.put("default.api.timeout.ms", "3000");
        open.put("request.timeout.ms", "2000");
        assertThrows(KafkaException.class, () -> topics(open));
    }

    private static void topics(Properties settings) {
        try (Admin admin = Admin.create(settings)) {
            admin.listTopics().names().get();
        } catch (ExecutionException e) {
            throw (KafkaException) e.getCause();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theRegistryReadsForServicesAndRegistersForOperators() throws Exception {
        AvroSchema schema = new AvroSchema("\"string\"");
        for (String user : AccessRules.services()) {
            SchemaRegistryClient registry = login(user).serdes().registry();
            assertTrue(registry.getAllSubjects().contains("saddle.runs-value"), user);
            assertRefused(403, () -> registry.register("another-value", schema));
        }
        assertTrue(login(AccessRules.OPERATOR).serdes().registry().register("another-value", schema) > 0);
    }

    @Test
    void theRegistryTakesTokensThatItsKeySignedWithinTwoDays() throws Exception {
        Map<String, String> nobody = new HashMap<>(login("console").registry());
        nobody.remove("bearer.auth.credentials.source");
        assertRefused(
                401,
                () -> Serdes.connect(cluster.registryUrl(), nobody).registry().getAllSubjects());
        String token = Files.readString(tokenFile("console"));
        assertTrue(with(token).getAllSubjects().contains("saddle.runs-value"));
        assertRefused(
                401, () -> with(token.replaceFirst("\\.[^.]*$", ".Zm9yZ2Vk")).getAllSubjects());

        Instant now = Instant.now();
        String lastHour = signed(now.minus(RegistryTokens.LIFE).plus(Duration.ofHours(1)));
        assertTrue(with(lastHour).getAllSubjects().contains("saddle.runs-value"));
        String over = signed(now.minus(RegistryTokens.LIFE).minus(Duration.ofHours(1)));
        assertRefused(401, () -> with(over).getAllSubjects());
    }

    @Test
    void aTokenThatWasStolenEndsWithItsKeyAndClientsThatRunGoOn() throws Exception {
        SchemaRegistryClient thief = with(Files.readString(tokenFile("console")));
        SchemaRegistryClient console = login("console").serdes().registry();
        assertEquals(thief.getAllSubjects(), console.getAllSubjects());

        cluster.settings().security().orElseThrow().replaceTokenKey();
        cluster.stop("registry");
        cluster.restart("registry");

        assertRefused(401, thief::getAllSubjects);
        assertTrue(console.getAllSubjects().contains("saddle.runs-value"), "connected since before");
    }

    private static Path tokenFile(String user) {
        return TokenFiles.in(cluster.home().security().resolve("tokens"), user);
    }

    private static String signed(Instant made) throws IOException {
        return RegistryTokens.of(cluster.home().security().resolve("token-key.pem"))
                .of("console", made);
    }

    /** A client that shows this token, whatever becomes of its user's file. */
    private static SchemaRegistryClient with(String token) {
        Map<String, String> settings = new HashMap<>(login("console").registry());
        settings.put("bearer.auth.credentials.source", "STATIC_TOKEN");
        settings.put("bearer.auth.token", token);
        return Serdes.connect(cluster.registryUrl(), settings).registry();
    }

    private static void assertRefused(int status, org.junit.jupiter.api.function.Executable request) {
        assertEquals(status, assertThrows(RestClientException.class, request).getStatus());
    }

    @Test
    void aRuleThatAnEarlierVersionGrantedIsTakenBack() throws Exception {
        AclBinding beyond = new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, "saddle.multipliers", PatternType.LITERAL),
                new AccessControlEntry("User:console", "*", AclOperation.ALTER, AclPermissionType.ALLOW));
        try (Admin admin = Admin.create(login(AccessRules.ADMIN).admin())) {
            admin.createAcls(List.of(beyond)).all().get();
            List<String> said = new ArrayList<>();
            try (LocalSetup setup = LocalSetup.connect(
                    login(AccessRules.ADMIN),
                    cluster.settings().security().orElseThrow().userFiles(),
                    (short) 1,
                    said::add)) {
                setup.run();
            }
            assertTrue(said.stream().anyMatch(line -> line.endsWith("0 made, 1 taken back")), said.toString());
            assertTrue(admin.describeAcls(beyond.toFilter()).values().get().isEmpty());
        }
    }

    /** What the documents said, as the operator, ended with "Cluster authorization failed." */
    @Test
    void whoMayNotSetUpUsersIsToldWhoMay() {
        Path users = cluster.settings().security().orElseThrow().userFiles();
        try (LocalSetup setup = LocalSetup.connect(login(AccessRules.OPERATOR), users, (short) 1, line -> {})) {
            StackException refused = assertThrows(StackException.class, setup::run);
            assertTrue(
                    refused.getMessage().endsWith("--login " + users.resolve("admin.properties")),
                    refused.getMessage());
        }
    }

    @Test
    void aUserWhoseFileWasDeletedHasAnotherPassword() throws Exception {
        SecurityFolder security = cluster.settings().security().orElseThrow();
        Properties before = login("fid-evaluator").admin();
        Files.delete(security.userFile("fid-evaluator"));
        security.make(List.of());
        try (LocalSetup setup =
                LocalSetup.connect(login(AccessRules.ADMIN), security.userFiles(), (short) 1, line -> {})) {
            setup.run();
        }
        topics(login("fid-evaluator").admin());
        assertInstanceOf(SaslAuthenticationException.class, assertThrows(KafkaException.class, () -> topics(before)));
        assertTrue(login("fid-evaluator").serdes().registry().getAllSubjects().contains("saddle.runs-value"));
    }

    @Test
    void aHomeThatOthersCouldLookIntoIsClosedAtTheNextStart() throws Exception {
        Path home = cluster.home().folder();
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        cluster.restart("registry");
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(home)));
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
