package io.saddle.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.Saddle;
import io.saddle.stack.Distribution;
import io.saddle.stack.Setting;
import io.saddle.stack.testing.TestCluster;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** docker-compose.yml, as Compose reads it. */
class ComposeTest {

    private static final Path ROOT = Distribution.locate().root();
    private static final Set<String> JOBS = Set.of("volumes", "setup", "users");
    /** Those that docs/deployment.md names, each with what it may do beside. */
    private static final Map<String, String> ROOT_WITH = Map.of("volumes", "CHOWN", "tokens", "DAC_OVERRIDE");

    @BeforeAll
    static void needCompose() {
        assumeTrue(Compose.missing().isEmpty(), Compose.missing().orElse(""));
    }

    private static Map<String, JsonNode> services(JsonNode config) {
        Map<String, JsonNode> services = new TreeMap<>();
        config.path("services").fields().forEachRemaining(entry -> services.put(entry.getKey(), entry.getValue()));
        return services;
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu", "cpu,secured"})
    void whatAServiceIsToldIsWhatItReadsAndNothingIsMissing(String profiles) throws IOException {
        Map<String, JsonNode> services = services(Compose.config("COMPOSE_PROFILES", profiles));
        for (String service : TestCluster.SERVICES) {
            boolean onGpu = service.equals("primal-trainer") && profiles.equals("gpu");
            assertEquals(
                    List.of(),
                    DeploymentKeys.ofBuild()
                            .problems(service, environment(service, services.get(onGpu ? service + "-gpu" : service))),
                    service);
        }
    }

    /** Image, deployment, and the file that the client's name and password come from. */
    private static Map<String, String> environment(String service, JsonNode container) throws IOException {
        Map<String, String> environment = Dockerfile.of(service).environment();
        environment.putAll(Compose.environment(container));
        Properties client = new Properties();
        try (Reader reader = Files.newBufferedReader(
                ROOT.resolve("infra/compose/plain/users").resolve(service + ".properties"))) {
            client.load(reader);
        }
        client.forEach((key, value) -> environment.put(DeploymentKeys.variable(key.toString()), value.toString()));
        // Not the service's: where programs and home are.
        environment.remove("PATH");
        return environment;
    }

    @Test
    void whoeverLogsInSeesTheFolderOfItsOwnTokenAndNoOther() {
        Map<String, JsonNode> services = services(Compose.config("COMPOSE_PROFILES", "cpu,gpu,secured"));
        Map<String, String> logins = new TreeMap<>();
        Map<String, String> tokens = new TreeMap<>();
        services.forEach((name, service) -> {
            service.path("secrets").forEach(secret -> {
                if (secret.path("target").asText().equals("client.properties")) {
                    logins.put(name, secret.path("source").asText());
                }
            });
            service.path("volumes").forEach(volume -> {
                Path source = Path.of(volume.path("source").asText());
                if (source.getParent() != null && source.getParent().endsWith("tokens")) {
                    assertEquals("/run/secrets/registry", volume.path("target").asText(), name);
                    assertTrue(volume.path("read_only").asBoolean(), name);
                    tokens.put(name, source.getFileName().toString());
                }
            });
        });
        assertEquals(9, logins.size(), logins.toString());
        assertEquals(logins, tokens);
    }

    @Test
    void whoeverHasTheArtifactsWritesOrDeletesThem() {
        Map<String, JsonNode> services = services(Compose.config());
        for (String service : TestCluster.SERVICES) {
            services.get(service).path("volumes").forEach(volume -> {
                if (volume.path("target").asText().equals("/artifacts")) {
                    assertFalse(volume.path("read_only").asBoolean(), service);
                }
            });
        }
    }

    /** What stood in .env and nowhere in docker-compose.yml reached nobody, in silence. */
    @Test
    void aServicesOwnFileOfVariablesReachesItAndNobodyElse(@TempDir Path folder) throws IOException {
        Files.copy(ROOT.resolve("docker-compose.yml"), folder.resolve("docker-compose.yml"));
        Path broker = Path.of("infra/compose/plain/broker.env");
        Files.createDirectories(folder.resolve(broker).getParent());
        Files.copy(ROOT.resolve(broker), folder.resolve(broker));
        Set<String> ours = new TreeSet<>(TestCluster.SERVICES);
        ours.add("worker");
        for (String service : ours) {
            Files.writeString(
                    folder.resolve(service + ".env"), "ONLY_FOR=" + service + "\nSADDLE_DATA_ROOTS=/elsewhere\n");
        }
        Map<String, String> variables = new HashMap<>(Compose.FILLED_IN);
        variables.put("COMPOSE_PROFILES", "cpu,gpu,secured");
        variables.put("SADDLE_SECURITY", "plain");
        services(Compose.config(folder, variables)).forEach((name, service) -> {
            Map<String, String> environment = Compose.environment(service);
            String file = name.replace("-gpu", "");
            assertEquals(ours.contains(file) ? file : null, environment.get("ONLY_FOR"), name);
            if (ours.contains(file) && !name.equals("dual-updater")) {
                assertEquals("/import", environment.get("SADDLE_DATA_ROOTS"), "what docker-compose.yml sets stays");
            }
        });
    }

    /** A root that is not there allows nothing, in silence. */
    @Test
    void whateverFilesARunMayNameAreThereForEveryoneWhoReadsThem() {
        Map<String, JsonNode> services =
                services(Compose.config("COMPOSE_PROFILES", "cpu,gpu", "SADDLE_IMPORT", "./pictures"));
        Set<String> readers = new TreeSet<>();
        services.forEach((name, service) -> {
            String roots = Compose.environment(service).get("SADDLE_DATA_ROOTS");
            if (roots != null) {
                Map<String, JsonNode> mounts = new TreeMap<>();
                service.path("volumes")
                        .forEach(volume -> mounts.put(volume.path("target").asText(), volume));
                assertTrue(mounts.containsKey(roots), name + " has " + mounts.keySet() + ", not " + roots);
                assertTrue(mounts.get(roots).path("read_only").asBoolean(), name);
                assertEquals(
                        ROOT.resolve("pictures").toString(),
                        mounts.get(roots).path("source").asText());
                readers.add(name);
            }
        });
        assertEquals(
                Set.of(
                        "console",
                        "constraint-evaluator",
                        "fid-evaluator",
                        "primal-trainer",
                        "primal-trainer-gpu",
                        "worker"),
                readers);
    }

    /** Nothing else holds the words of a command against what it takes. */
    @Test
    void theCommandLinesContainersSayWhatItTakes() {
        Map<String, JsonNode> services = services(Compose.config("COMPOSE_PROFILES", "cpu,secured"));
        for (String container : List.of("setup", "users", "worker")) {
            List<String> words = new ArrayList<>();
            services.get(container).path("command").forEach(word -> words.add(word.asText()));
            Saddle.commandLine().parseArgs(words.toArray(String[]::new));
        }
        Set<String> settings = new HashSet<>(Set.of("SADDLE_HOME", "OMP_NUM_THREADS", "SADDLE_DATA_ROOTS"));
        Setting.keys().forEach(key -> settings.add(DeploymentKeys.variable("saddle." + key)));
        assertTrue(
                settings.containsAll(Compose.environment(services.get("worker")).keySet()), settings::toString);
    }

    @Test
    void aMisspeltVariableWouldBeFound() throws IOException {
        Map<String, String> environment =
                environment("primal-trainer", services(Compose.config()).get("primal-trainer"));
        environment.put("SADDLE_ARTIFACT_ROOT", environment.remove("SADDLE_ARTIFACTS_ROOT"));
        assertEquals(
                2,
                DeploymentKeys.ofBuild().problems("primal-trainer", environment).size(),
                "one that nothing reads, one that is missing");
    }

    @Test
    void passwordsAreAskedForBeforeAnythingStarts() {
        for (String password : Compose.FILLED_IN.keySet()) {
            if (password.endsWith("PASSWORD")) {
                Map<String, String> without = new HashMap<>(Compose.FILLED_IN);
                without.put(password, "");
                String said = assertThrows(IllegalArgumentException.class, () -> Compose.config(without))
                        .getMessage();
                assertTrue(said.contains(password) && said.contains(".env"), said);
            }
        }
    }

    @Test
    void imagesHaveTheVersionsOfTheBuild() throws IOException {
        String pom = Files.readString(ROOT.resolve("pom.xml"));
        Map<String, JsonNode> services = services(Compose.config("COMPOSE_PROFILES", "cpu,gpu,secured"));
        String own = first("<artifactId>saddle</artifactId>\\s*<version>([^<]+)<", pom);
        Map<String, String> expected = new TreeMap<>(Map.of(
                "kafka", "apache/kafka:" + first("<kafka.version>([^<]+)<", pom),
                "users", "saddle/cli:" + own,
                "registry", "apicurio/apicurio-registry:" + first("<apicurio-image.version>([^<]+)<", pom),
                "setup", "saddle/cli:" + own,
                "worker", "saddle/worker:" + own,
                "primal-trainer-gpu", "saddle/primal-trainer:" + own + "-cu128"));
        TestCluster.SERVICES.forEach(service -> expected.put(service, "saddle/" + service + ":" + own));
        expected.forEach((service, image) ->
                assertEquals(image, services.get(service).path("image").asText().replaceAll("@sha256:.*", "")));
        services.forEach((name, service) ->
                assertTrue(service.path("image").asText().matches("[a-z/-]+:v?\\d.*"), name + " has no fixed version"));
    }

    private static String first(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertTrue(matcher.find(), pattern);
        return matcher.group(1);
    }

    @Test
    void variablesAndTheirDefaultsAreThoseOfTheExample() throws IOException {
        Map<String, String> used = new TreeMap<>();
        Matcher variable = Pattern.compile("\\$\\{(\\w+)(?::-([^}]*)|:\\?[^}]*)?}")
                .matcher(Files.readString(ROOT.resolve("docker-compose.yml")));
        while (variable.find()) {
            String value = variable.group(2) == null ? "" : variable.group(2);
            String before = used.put(variable.group(1), value);
            assertTrue(before == null || before.equals(value), variable.group(1) + " has two defaults");
        }
        Map<String, String> shown = new TreeMap<>();
        Matcher line =
                Pattern.compile("(?m)^#?([A-Z_]+)=(.*)$").matcher(Files.readString(ROOT.resolve(".env.example")));
        while (line.find()) {
            shown.put(line.group(1), line.group(2));
        }
        assertEquals("cpu", shown.remove("COMPOSE_PROFILES"));
        // These three are shown as the secured profile has them.
        assertEquals("secured", shown.replace("SADDLE_SECURITY", "plain"));
        String registry = "http://registry:8080/apis/ccompat/v7";
        assertEquals(
                registry.replace("http:", "https:").replace("8080", "8443"),
                shown.replace("SADDLE_REGISTRY_URL", registry));
        shown.replace("SADDLE_SECRETS", "./infra/compose/plain");
        assertEquals(used, shown);
    }

    @Test
    void onlyTheConsoleAndTheMonitoringAreReachedFromTheHostAndOnlyFromIt() {
        List<String> open = new ArrayList<>();
        services(Compose.config("COMPOSE_PROFILES", "cpu,gpu,secured")).forEach((name, service) -> {
            service.path("ports").forEach(port -> {
                assertEquals("127.0.0.1", port.path("host_ip").asText(), name);
                open.add(name);
            });
            assertTrue(
                    !service.has("network_mode")
                            || !service.path("network_mode").asText().equals("host"),
                    name);
        });
        assertEquals(List.of("console", "grafana", "prometheus"), open);
    }

    @Test
    void everyContainerHasNoMoreThanItNeeds() {
        services(Compose.config("COMPOSE_PROFILES", "cpu,gpu,secured")).forEach((name, service) -> {
            assertTrue(service.path("read_only").asBoolean(), name + " can write its own files");
            assertEquals("[\"ALL\"]", service.path("cap_drop").toString(), name);
            assertEquals(
                    "[\"no-new-privileges:true\"]", service.path("security_opt").toString(), name);
            assertTrue(service.at("/logging/options/max-size").isTextual(), name + " may fill the disk with its log");
            assertTrue(service.has("mem_limit"), name + " has no limit of memory");
            assertEquals(
                    ROOT_WITH.containsKey(name), service.path("user").asText().equals("0:0"), name + " is root");
            assertEquals(
                    ROOT_WITH.getOrDefault(name, ""), service.at("/cap_add/0").asText(), name);
            assertTrue(
                    !ROOT_WITH.containsKey(name)
                            || service.path("network_mode").asText().equals("none"),
                    name);
            assertEquals(
                    JOBS.contains(name) ? "no" : "unless-stopped",
                    service.path("restart").asText("no"),
                    name);
        });
    }

    /** A set-up that the registry refuses ends, and every service waits for it. */
    @Test
    void whoSetsUpWaitsForTokensThatHaveNotEnded() {
        JsonNode secured = Compose.config("COMPOSE_PROFILES", "cpu,secured").at("/services/setup/depends_on");
        assertEquals("service_healthy", secured.at("/tokens/condition").asText());
        JsonNode plain = Compose.config("COMPOSE_PROFILES", "cpu").path("services");
        assertFalse(plain.has("tokens"));
        assertFalse(plain.at("/setup/depends_on/tokens/required").asBoolean(true));
    }

    @Test
    void whateverIsWaitedForCanSayThatItIsReady() {
        Map<String, JsonNode> services = services(Compose.config("COMPOSE_PROFILES", "cpu,secured"));
        Set<String> waitedFor = new HashSet<>();
        services.forEach((name, service) -> service.path("depends_on").fields().forEachRemaining(on -> {
            String condition = on.getValue().path("condition").asText();
            assertEquals(
                    JOBS.contains(on.getKey()) ? "service_completed_successfully" : "service_healthy",
                    condition,
                    name + " waits for " + on.getKey());
            waitedFor.add(on.getKey());
        }));
        assertTrue(
                waitedFor.containsAll(Set.of("kafka", "registry", "setup", "volumes", "users")), waitedFor.toString());
        services.forEach((name, service) ->
                assertTrue(JOBS.contains(name) || service.has("healthcheck"), name + " has no health check"));
    }
}
