package io.saddle.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.cli.Saddle;
import io.saddle.stack.LocalSetup;
import io.saddle.stack.Setting;
import io.saddle.stack.testing.TestCluster;
import io.saddle.tool.SharedStack;
import io.saddle.topic.Topics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The doctor on a whole stack: all is well; then one thing is broken at a time, and named with what to do. */
public class DoctorIT {

    private static final TestCluster CLUSTER = SharedStack.cluster();
    /** Nobody writes to it unless something goes wrong. */
    private static final String TOPIC = Topics.ALERTS.deadLetterName();

    @TempDir
    Path folder;

    private static JsonNode doctor(int exitCode, Stream<String> words) throws Exception {
        StringWriter out = new StringWriter();
        CommandLine saddle = Saddle.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        int code = saddle.execute(
                Stream.concat(Stream.of("doctor", "--json"), words).toArray(String[]::new));
        assertEquals(exitCode, code, out.toString());
        return new ObjectMapper().readTree(out.toString());
    }

    /** The stack by its folder and ports, as whoever has brought it up names it. */
    private static Stream<String> local() {
        return Stream.concat(
                Stream.of("--home=" + CLUSTER.home().folder()),
                Arrays.stream(Setting.values())
                        .filter(setting -> setting.key().endsWith("port"))
                        .map(setting -> "--set=" + setting.key() + "="
                                + CLUSTER.settings().text(setting)));
    }

    private Stream<String> elsewhere() {
        return Stream.of(
                "--home=" + folder,
                "--bootstrap=" + CLUSTER.bootstrapServers(),
                "--registry=" + CLUSTER.registryUrl(),
                "--console=" + CLUSTER.consoleUrl(),
                "--set=artifacts.root=" + CLUSTER.settings().artifactsRoot());
    }

    private static List<String> with(JsonNode answer, String status) {
        List<String> names = new ArrayList<>();
        answer.path("checks").forEach(check -> {
            if (check.path("status").asText().equals(status)) {
                names.add(check.path("check").asText());
            }
        });
        return names;
    }

    private static void failsAlone(JsonNode answer, String name, String message, String remedy) {
        assertEquals(List.of(name), with(answer, "FAILED"), answer::toPrettyString);
        answer.path("checks").forEach(check -> {
            if (check.path("check").asText().equals(name)) {
                assertTrue(check.path("message").asText().contains(message), check::toString);
                assertTrue(check.path("remedy").asText().contains(remedy), check::toString);
            }
        });
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", CLUSTER.bootstrapServers()));
    }

    private static void cleanUpBy(Admin admin, String policy) throws Exception {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, TOPIC);
        ConfigEntry entry = new ConfigEntry("cleanup.policy", policy);
        admin.incrementalAlterConfigs(Map.of(topic, List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET))))
                .all()
                .get();
        Awaitility.await()
                .until(() -> admin.describeConfigs(List.of(topic))
                        .all()
                        .get()
                        .get(topic)
                        .get("cleanup.policy")
                        .value()
                        .equals(policy));
    }

    @Test
    void ofAStackThatRunsAllIsWell() throws Exception {
        JsonNode here = doctor(0, local());
        assertEquals(List.of(), with(here, "SKIPPED"), here::toPrettyString);
        JsonNode there = doctor(0, elsewhere());
        assertEquals(List.of("ports", "processes"), with(there, "SKIPPED"), there::toPrettyString);
        assertTrue(
                there.toString().contains("constraint-evaluator, fid-evaluator, primal-trainer announce themselves"),
                there::toPrettyString);
    }

    @Test
    void aTopicThatIsMissingIsNamedWithTheSetUp() throws Exception {
        try (Admin admin = admin()) {
            admin.deleteTopics(List.of(TOPIC)).all().get();
            Awaitility.await().until(() -> !admin.listTopics().names().get().contains(TOPIC));
            failsAlone(doctor(1, elsewhere()), "topics", TOPIC + " is missing", "./saddle setup");
        } finally {
            try (LocalSetup setup = LocalSetup.connect(CLUSTER.settings().kafka(), null, (short) 1, line -> {})) {
                setup.run();
            }
        }
    }

    @Test
    void aTopicThatIsCleanedUpOtherwiseIsNamedWithWhatSetsItBack() throws Exception {
        try (Admin admin = admin()) {
            cleanUpBy(admin, "compact");
            try {
                failsAlone(
                        doctor(1, elsewhere()),
                        "topic settings",
                        TOPIC + ": cleanup.policy is compact, the contract's is delete",
                        "kafka-configs.sh");
            } finally {
                cleanUpBy(admin, "delete");
            }
        }
    }

    /** Whatever comes behind it is read by nobody, and says nothing. */
    @Test
    void aTransactionThatStaysOpenIsNamedWithWhatEndsIt() throws Exception {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                CLUSTER.bootstrapServers(),
                "transactional.id",
                "stays-open",
                "max.block.ms",
                60_000);
        long old = System.currentTimeMillis() - Duration.ofMinutes(10).toMillis();
        try (Producer<byte[], byte[]> writer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            writer.initTransactions();
            writer.beginTransaction();
            long offset = writer.send(new ProducerRecord<>(TOPIC, 1, old, new byte[1], new byte[1]))
                    .get()
                    .offset();
            failsAlone(
                    doctor(1, elsewhere()),
                    "transactions",
                    TOPIC + "-1 from offset " + offset + " on, written by producer ",
                    "kafka-transactions.sh");
            writer.abortTransaction();
        }
        assertEquals(List.of(), with(doctor(0, elsewhere()), "FAILED"));
    }

    @Test
    void aStoreThatCannotBeWrittenIsNamedWithItsSetting() throws Exception {
        Path file = Files.writeString(folder.resolve("no-folder"), "");
        failsAlone(
                doctor(1, Stream.concat(local(), Stream.of("--set=artifacts.root=file:" + file))),
                "store",
                file.toString(),
                "--set artifacts.root=");
    }
}
