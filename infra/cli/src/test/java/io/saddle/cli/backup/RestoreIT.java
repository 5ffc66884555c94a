package io.saddle.cli.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.kafka.KafkaSettings;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.AccessRules;
import io.saddle.topic.ConsumerGroups;
import io.saddle.topic.Topics;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Restores into a secured cluster whose topics are empty, beside what its services have kept. */
class RestoreIT {

    private static final String UPDATER = "dual-updater";
    private static final String STATE = ConsumerGroups.DUAL_UPDATER + "-runs-changelog";
    private static final String EMPTY = ConsumerGroups.DUAL_UPDATER + "-others-changelog";

    private static TestCluster cluster;

    @TempDir
    Path temporary;

    private final List<String> said = new ArrayList<>();

    @BeforeAll
    static void start() {
        cluster = TestCluster.startSecured();
    }

    @AfterAll
    static void end() {
        cluster.close();
    }

    @BeforeEach
    void backUp() throws Exception {
        Path run = Files.createDirectories(Path.of(root("store")).resolve("run-1/snapshots"));
        Files.writeString(run.resolve("step-1"), "weights");
        Backup.make(login(AccessRules.OPERATOR), root("store"), backup(), "test", line -> {});
    }

    private static KafkaSettings login(String user) {
        return cluster.settings().kafka(user);
    }

    private Path backup() {
        return temporary.resolve("backup");
    }

    private URI root(String name) throws Exception {
        return Files.createDirectories(temporary.resolve(name)).toUri();
    }

    private void restore(String user) throws Exception {
        restore(login(user));
    }

    private void restore(KafkaSettings login) throws Exception {
        Restore.run(login, root("other"), backup(), said::add);
    }

    /** Made anew behind its back, the topics were filled again while it knew of later steps. */
    @Test
    void stateThatServicesHaveOfEarlierTopicsIsToBeDeletedBeforeByWhoeverRestores() throws Exception {
        try (Admin admin = Admin.create(login(UPDATER).admin())) {
            admin.createTopics(List.of(
                            new NewTopic(STATE, Optional.of(2), Optional.empty()),
                            new NewTopic(EMPTY, Optional.of(1), Optional.empty())))
                    .all()
                    .get();
        }
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(login(UPDATER).producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(STATE, 1, new byte[] {1}, new byte[] {1}))
                    .get();
        }
        String refused = assertThrows(BackupException.class, () -> restore(AccessRules.OPERATOR))
                .getMessage();
        assertTrue(refused.contains("[" + STATE + "]"), refused);
        assertTrue(refused.contains("end the services"), refused);
        assertFalse(refused.contains(EMPTY), refused);
        assertEquals(List.of(), said);

        try (Admin admin = Admin.create(login(AccessRules.OPERATOR).admin())) {
            admin.deleteTopics(List.of(STATE)).all().get();
        }
        restore(AccessRules.OPERATOR);
        assertTrue(said.contains("0 records put back"), said::toString);
    }

    /** In a cluster one service account registers schemas, and the others read: the runs lay in the store, and the next try was refused for them. */
    @Test
    void whoeverMayNotRegisterSchemasIsToldSoBeforeAnythingIsWritten() throws Exception {
        Manifest empty = Manifest.read(backup());
        new Manifest(
                        empty.version(),
                        empty.time(),
                        empty.artifactsRoot(),
                        empty.artifacts(),
                        empty.files(),
                        empty.partitions(),
                        Map.of(7, Topics.RUNS.schema().toString()),
                        empty.offsets())
                .write(backup());
        KafkaSettings operator = login(AccessRules.OPERATOR);
        KafkaSettings reader = new KafkaSettings(
                operator.bootstrapServers(),
                operator.registryUrl(),
                operator.client(),
                login(AccessRules.VIEWER).registry());
        String refused =
                assertThrows(BackupException.class, () -> restore(reader)).getMessage();
        assertTrue(refused.contains("the registry does not take a schema of saddle.runs"), refused);
        assertEquals(List.of(), ArtifactFiles.runs(Path.of(root("other"))));
        assertEquals(List.of(), said);
        assertTrue(refused.contains("nothing was put back"), refused);

        restore(operator);
        assertEquals(List.of("run-1"), ArtifactFiles.runs(Path.of(root("other"))));
    }

    /** Kafka leaves out of its list what somebody may not see, as if it were not there. */
    @Test
    void whoeverMayNotSeeSuchStateIsToldSo() {
        String refused = assertThrows(BackupException.class, () -> restore(AccessRules.VIEWER))
                .getMessage();
        assertTrue(refused.contains("may not see"), refused);
        assertTrue(refused.contains("saddle-"), refused);
        assertEquals(List.of(), said);
    }
}
