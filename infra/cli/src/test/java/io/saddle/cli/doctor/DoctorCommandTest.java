package io.saddle.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.cli.CommandRun;
import io.saddle.cli.FakeConsole;
import io.saddle.stack.Ports;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Without a stack: the machine alone, and stacks that are not there. */
class DoctorCommandTest {

    @TempDir
    Path folder;

    @RegisterExtension
    final FakeConsole fake = new FakeConsole();

    private static JsonNode check(CommandRun run, String name) throws Exception {
        for (JsonNode check : new ObjectMapper().readTree(run.out()).path("checks")) {
            if (check.path("check").asText().equals(name)) {
                return check;
            }
        }
        throw new AssertionError(name + " is not in " + run.out());
    }

    private CommandRun doctor(Map<String, String> ports, String... further) {
        List<String> words = new ArrayList<>(List.of("doctor", "--home=" + folder.resolve("home")));
        ports.forEach((key, value) -> words.add("--set=" + key + "=" + value));
        words.addAll(List.of(further));
        return CommandRun.of(words.toArray(String[]::new));
    }

    @Test
    void withoutAStackTheMachineIsExaminedAndNothingIsMade() throws Exception {
        CommandRun run = doctor(Ports.freeSettings(), "--json");
        assertEquals(0, run.exitCode(), run.out() + run.err());
        for (String checked : List.of("java", "libtorch", "ports", "store")) {
            assertEquals("OK", check(run, checked).path("status").asText(), checked);
        }
        for (String skipped : List.of("processes", "brokers", "topics", "registry", "console", "clock")) {
            assertEquals("SKIPPED", check(run, skipped).path("status").asText(), skipped);
            assertFalse(check(run, skipped).path("message").asText().isEmpty(), skipped);
        }
        assertFalse(Files.exists(folder.resolve("home")));
    }

    @Test
    void aPortThatIsHeldFailsWithItsSettingAndWhoHoldsIt() throws Exception {
        Map<String, String> ports = Ports.freeSettings();
        int held = Integer.parseInt(ports.get("registry.port"));
        try (ServerSocket taken = new ServerSocket(held, 1, InetAddress.getByName("127.0.0.1"))) {
            CommandRun run = doctor(ports, "--json");
            assertEquals(1, run.exitCode());
            JsonNode finding = check(run, "ports");
            assertEquals("FAILED", finding.path("status").asText());
            assertTrue(
                    finding.path("message").asText().contains("port " + taken.getLocalPort() + " (registry.port"),
                    finding.toString());
            assertTrue(finding.path("remedy").asText().contains("SADDLE_REGISTRY_PORT=PORT"), finding.toString());
        }
    }

    @Test
    void aStackElsewhereThatIsNotThereFailsWithWhatToDo() {
        CommandRun run = doctor(
                Map.of(), "--bootstrap=127.0.0.1:1", "--registry=http://127.0.0.1:1", "--console=http://127.0.0.1:1");
        assertEquals(1, run.exitCode());
        for (String line : List.of(
                "FAILED   brokers         Kafka does not answer at 127.0.0.1:1",
                "FAILED   registry        does not answer at http://127.0.0.1:1",
                "FAILED   console         the console does not answer at http://127.0.0.1:1",
                "SKIPPED  dual updater    Kafka does not answer",
                "SKIPPED  ports           another stack is named")) {
            assertTrue(run.out().contains(line), () -> line + " is not in\n" + run.out());
        }
        assertTrue(run.out().contains("-> start it with './saddle up', or name another with --bootstrap"), run.out());
    }

    @Test
    void whatAnswersButIsNoRegistryAndWhoRefusesTheLoginAreToldApart() throws Exception {
        JsonNode other = check(doctor(Map.of(), "--json", "--registry=" + fake.url()), "registry");
        assertTrue(other.path("message").asText().contains("not as a registry does"), other.toString());
        fake.on("GET /subjects", FakeConsole.Answer.json(401, "{\"error_code\":401,\"message\":\"who?\"}"));
        JsonNode refused = check(doctor(Map.of(), "--json", "--registry=" + fake.url()), "registry");
        assertTrue(refused.path("message").asText().contains("refuses the login"), refused + "\n" + fake.received);
        assertTrue(refused.path("remedy").asText().contains("--login"), refused.toString());
    }

    @Test
    void whoDoesNotSpeakTlsIsNotSaidToBeAway() throws Exception {
        String secure = "https" + fake.url().substring("http".length());
        CommandRun run = doctor(Map.of(), "--json", "--registry=" + secure, "--console=" + secure);
        for (String check : List.of("registry", "console")) {
            JsonNode finding = check(run, check);
            assertTrue(finding.path("message").asText().contains("no secure connection to "), finding.toString());
        }
    }

    @Test
    void anAddressOfABrokerThatIsNoneIsNamed() throws Exception {
        for (String wrong : List.of("127.0.0.1", "127.0.0.1:99999")) {
            JsonNode brokers = check(doctor(Map.of(), "--json", "--bootstrap=" + wrong), "brokers");
            assertTrue(brokers.path("remedy").asText().startsWith("--bootstrap is HOST:PORT"), brokers.toString());
        }
    }

    @Test
    void whereSomebodyListensWhoIsNoPlainKafkaTheLoginIsNamed() {
        CommandRun run =
                CommandRun.of("topics", "list", "--bootstrap=" + fake.url().substring("http://".length()));
        assertEquals(3, run.exitCode());
        assertTrue(run.err().contains("--login FILE"), run.err());
        assertTrue(run.err().contains("admin.properties for 'setup --users'"), "the operator may not: " + run.err());
    }

    /** It ended there, with half of its answer, and looked at nothing else. */
    @Test
    void aLoginThatIsNotThereIsAFindingAndTheRestIsLookedAt() throws Exception {
        CommandRun run = CommandRun.of(
                "doctor",
                "--json",
                "--home=" + folder,
                "--bootstrap=127.0.0.1:1",
                "--registry=http://127.0.0.1:1",
                "--console=http://127.0.0.1:1",
                "--login=" + folder.resolve("missing.properties"));
        assertEquals(1, run.exitCode(), run.err());
        Set<String> failed = new TreeSet<>();
        new ObjectMapper().readTree(run.out()).path("checks").forEach(check -> {
            if (check.path("status").asText().equals("FAILED")) {
                failed.add(check.path("check").asText());
            }
        });
        assertTrue(failed.containsAll(Set.of("brokers", "registry", "console")), failed::toString);
    }
}
