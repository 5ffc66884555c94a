package io.saddle.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.cli.Saddle;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.AccessRules;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor of a secured Kafka and registry: as whom one comes decides what is found. */
class SecuredDoctorIT {

    private static TestCluster cluster;

    @TempDir
    Path folder;

    @BeforeAll
    static void startSecured() {
        cluster = TestCluster.startSecured();
    }

    @AfterAll
    static void end() {
        cluster.close();
    }

    private Map<String, JsonNode> doctor(String... login) throws Exception {
        List<String> words = new ArrayList<>(List.of(
                "doctor",
                "--json",
                "--home=" + folder,
                "--bootstrap=" + cluster.bootstrapServers(),
                "--registry=" + cluster.registryUrl()));
        words.addAll(List.of(login));
        StringWriter out = new StringWriter();
        Saddle.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(words.toArray(String[]::new));
        Map<String, JsonNode> checks = new TreeMap<>();
        new ObjectMapper()
                .readTree(out.toString())
                .path("checks")
                .forEach(check -> checks.put(check.path("check").asText(), check));
        return checks;
    }

    private static String login(String user) {
        return "--login=" + cluster.settings().security().orElseThrow().userFile(user);
    }

    private static void is(String status, Map<String, JsonNode> checks, String... names) {
        for (String name : names) {
            assertEquals(
                    status,
                    checks.get(name).path("status").asText(),
                    () -> checks.get(name).toString());
        }
    }

    @Test
    void theOperatorMayAll() throws Exception {
        is(
                "OK",
                doctor(login(AccessRules.OPERATOR)),
                "brokers",
                "topics",
                "topic settings",
                "topic copies",
                "transactions",
                "access",
                "registry",
                "schemas");
    }

    @Test
    void aViewerSeesAllButSettingsAndIsToldWhatHeMayNot() throws Exception {
        Map<String, JsonNode> checks = doctor(login(AccessRules.VIEWER));
        is("OK", checks, "brokers", "topics", "topic copies", "transactions", "registry", "schemas");
        is("SKIPPED", checks, "topic settings", "dual updater");
        is("WARNING", checks, "access");
        assertTrue(checks.get("access").path("message").asText().contains("write 0 of"), checks::toString);
    }

    @Test
    void aServiceThatMayReadLittleIsToldAsWhomToCome() throws Exception {
        Map<String, JsonNode> checks = doctor(login("dual-updater"));
        is("FAILED", checks, "access");
        assertTrue(checks.get("access").path("remedy").asText().contains("--login"), checks::toString);
    }

    @Test
    void whoComesWithoutALoginIsToldToBringOne() throws Exception {
        Map<String, JsonNode> checks = doctor();
        is("FAILED", checks, "brokers", "registry");
        assertTrue(checks.get("brokers").path("remedy").asText().contains("--login FILE"), checks::toString);
    }
}
