package io.saddle.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.cli.Saddle;
import io.saddle.deployment.DeploymentKeys;
import io.saddle.deployment.ThirdPartyImages;
import io.saddle.kubernetes.Manifests.Workload;
import io.saddle.serde.TokenFile;
import io.saddle.stack.Distribution;
import io.saddle.topic.AccessRules;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the manifests say again of what is said elsewhere: versions, settings, topics, groups, users, alerts. */
class ContractTest {

    private static final int PARTITIONS = Topics.RUNS.partitions();

    @BeforeAll
    static void needsKustomize() {
        assumeTrue(Kustomize.missing().isEmpty(), () -> Kustomize.missing().orElseThrow());
    }

    static Stream<Manifests> overlays() {
        return Manifests.all();
    }

    /** The value of an element of the build's one list of versions; of its first one of that name. */
    private static String inBuild(String element) throws IOException {
        String pom = Files.readString(Distribution.locate().root().resolve("pom.xml"));
        Matcher matcher =
                Pattern.compile("<" + Pattern.quote(element) + ">([^<]+)<").matcher(pom);
        assertTrue(matcher.find(), element);
        return matcher.group(1);
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void imagesOfOursAreOfThisBuildAndOthersInTheList(Manifests manifests) throws IOException {
        String own = inBuild("version");
        Set<String> others = ThirdPartyImages.all();
        boolean several = !manifests.ofKind("Kafka").isEmpty();
        for (Workload workload : manifests.workloads()) {
            String image = workload.container().get("image").asText();
            boolean gpu = workload.container().at("/resources/limits").has("nvidia.com/gpu");
            String ours = "saddle/" + (workload.isJob() ? "cli" : workload.name()) + ":" + own + (gpu ? "-cu128" : "");
            // Nodes of a cluster pull them; on one node they were built or loaded.
            String expected = several ? "registry.example.org/" + ours : ours;
            assertTrue(image.equals(expected) || others.contains(image), image);
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void everyVariableIsReadAndNoneIsMissing(Manifests manifests) {
        DeploymentKeys keys = DeploymentKeys.ofBuild();
        List<String> problems = manifests.services().stream()
                .flatMap(service -> keys.problems(service.name(), manifests.environment(service)).stream())
                .toList();
        assertEquals(List.of(), problems);
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void noPasswordStandsInAManifest(Manifests manifests) {
        assertEquals(List.of(), manifests.ofKind("Secret"));
        for (Workload workload : manifests.workloads()) {
            for (JsonNode variable : workload.container().path("env")) {
                if (variable.get("name").asText().matches(".*(PASSWORD|SECRET|JAAS|ACCESS_KEY).*")) {
                    assertTrue(variable.at("/valueFrom").has("secretKeyRef"), variable.toString());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void noMoreTrainersUpdatersAndWorkersThanPartitions(Manifests manifests) {
        for (String name : List.of("primal-trainer", "dual-updater")) {
            int replicas = manifests
                    .find("StatefulSet", name)
                    .orElseThrow()
                    .at("/spec/replicas")
                    .asInt();
            assertTrue(replicas >= 1 && replicas <= PARTITIONS, name + " " + replicas);
        }
        int workers =
                manifests.workload("worker").resource().at("/spec/replicas").asInt();
        assertTrue(workers >= 1 && workers <= Topics.TASKS.partitions(), "worker " + workers);
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void evaluatorsAreScaledByTheLagOfTheirOwnGroupsUpToThePartitions(Manifests manifests) {
        for (JsonNode scaled : manifests.ofKind("ScaledObject")) {
            String service = scaled.at("/spec/scaleTargetRef/name").asText();
            assertEquals(PARTITIONS, scaled.at("/spec/maxReplicaCount").asInt());
            assertEquals(1, scaled.at("/spec/minReplicaCount").asInt());
            JsonNode trigger = scaled.at("/spec/triggers/0/metadata");
            // SnapshotConsumer
            assertEquals("saddle-" + service, trigger.get("consumerGroup").asText());
            assertEquals(Topics.SNAPSHOTS.name(), trigger.get("topic").asText());
            assertTrue(Topics.SNAPSHOTS.readers().contains(service));
            assertTrue(trigger.get("lagThreshold").asInt() > PARTITIONS, "markers of transactions are no work");
            Workload workload = manifests.workload(service);
            String bootstrap = manifests.environment(workload).get("KAFKA_BOOTSTRAP_SERVERS");
            assertEquals(
                    bootstrap.replace(":", ".saddle:"),
                    trigger.get("bootstrapServers").asText(),
                    "asked from another namespace");
            boolean secured = manifests.environment(workload).containsKey("SADDLE_KAFKA_SECURITY_PROTOCOL");
            assertEquals(secured, scaled.at("/spec/triggers/0").has("authenticationRef"));
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void whoeverScalesMayAskForTheLagAndNoMore(Manifests manifests) {
        for (JsonNode scaled : manifests.ofKind("ScaledObject")) {
            JsonNode reference = scaled.at("/spec/triggers/0/authenticationRef/name");
            if (reference.isMissingNode()) {
                continue;
            }
            JsonNode login =
                    manifests.find("TriggerAuthentication", reference.asText()).orElseThrow();
            String user = Manifests.stream(login.at("/spec/secretTargetRef"))
                    .filter(secret -> secret.get("parameter").asText().equals("password"))
                    .map(secret -> secret.get("name").asText())
                    .findFirst()
                    .orElseThrow();
            assertFalse(AccessRules.users().contains(user), user + " may do what a service may");
            Map<String, Set<String>> granted = new HashMap<>();
            Manifests.stream(manifests.find("KafkaUser", user).orElseThrow().at("/spec/authorization/acls"))
                    .forEach(rule -> {
                        assertEquals("[\"Describe\"]", rule.get("operations").toString());
                        granted.computeIfAbsent(rule.at("/resource/type").asText(), type -> new HashSet<>())
                                .add(rule.at("/resource/name").asText());
                    });
            JsonNode trigger = scaled.at("/spec/triggers/0/metadata");
            assertEquals(Set.of(trigger.get("topic").asText()), granted.get("topic"));
            assertTrue(
                    granted.get("group").contains(trigger.get("consumerGroup").asText()), granted.toString());
        }
    }

    @Test
    void whereEvaluatorsAreScaledBothAre() {
        for (String overlay : List.of("prod", "gpu")) {
            assertEquals(
                    Set.copyOf(evaluators()),
                    Manifests.of(overlay).ofKind("ScaledObject").stream()
                            .map(scaled ->
                                    scaled.at("/spec/scaleTargetRef/name").asText())
                            .collect(Collectors.toSet()));
        }
    }

    private static List<String> evaluators() {
        return Topics.SNAPSHOTS.readers().stream()
                .filter(name -> !name.equals("console"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void whereKafkaIsSecuredEachServiceLogsInAsItself(Manifests manifests) {
        if (manifests.ofKind("Kafka").isEmpty()) {
            return;
        }
        Set<String> users = manifests.ofKind("KafkaUser").stream()
                .map(Manifests::name)
                .collect(Collectors.toCollection(TreeSet::new));
        assertTrue(users.containsAll(AccessRules.users()), users.toString());
        for (Workload service : manifests.services()) {
            List<String> logins = Manifests.stream(service.container().path("env"))
                    .filter(variable -> variable.get("name").asText().equals("SADDLE_KAFKA_SASL_JAAS_CONFIG"))
                    .map(variable -> variable.at("/valueFrom/secretKeyRef/name").asText())
                    .toList();
            assertEquals(List.of(service.name()), logins);
            assertEquals("SASL_SSL", manifests.environment(service).get("SADDLE_KAFKA_SECURITY_PROTOCOL"));
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void whereKafkaIsSecuredTheRegistryIsToo(Manifests manifests) {
        if (manifests.ofKind("Kafka").isEmpty()) {
            return;
        }
        Workload registry = manifests.workload("registry");
        Map<String, String> settings = manifests.environment(registry);
        assertEquals("disabled", settings.get("QUARKUS_HTTP_INSECURE_REQUESTS"));
        assertEquals("true", settings.get("APICURIO_AUTH_ROLE_BASED_AUTHORIZATION"));
        assertEquals("system:serviceaccount:saddle:setup", settings.get("APICURIO_AUTH_ADMIN_OVERRIDE_USER"));
        String address =
                "https://registry:" + registry.port(registry.container().at("/ports/0/name")) + "/";
        List<Workload> clients = new ArrayList<>(manifests.services());
        clients.addAll(List.of(manifests.workload("setup"), manifests.workload("worker")));
        for (Workload client : clients) {
            assertTrue(manifests.environment(client).get("SADDLE_REGISTRY_URL").startsWith(address), client.name());
            JsonNode token = client.pod().at("/volumes").findValue("serviceAccountToken");
            assertEquals(
                    settings.get("APICURIO_AUTHN_KUBERNETES_API_AUDIENCES"),
                    token.get("audience").asText());
            assertTrue(token.get("expirationSeconds").asInt() <= 3600, client.name());
        }
        for (Workload service : manifests.services()) {
            Map<String, String> environment = manifests.environment(service);
            assertEquals("CUSTOM", environment.get("SADDLE_REGISTRY_CLIENT_BEARER_AUTH_CREDENTIALS_SOURCE"));
            assertEquals(
                    TokenFile.class.getName(),
                    environment.get("SADDLE_REGISTRY_CLIENT_BEARER_AUTH_CUSTOM_PROVIDER_CLASS"));
        }
        for (String command : List.of("setup", "worker")) {
            Workload workload = manifests.workload(command);
            assertTrue(
                    workload.container()
                            .get("args")
                            .toString()
                            .contains("bearer.auth.custom.provider.class=" + TokenFile.class.getName()),
                    command);
            assertTrue(
                    Manifests.everywhere(workload.pod(), "secretName").stream()
                            .anyMatch(secret -> secret.asText().equals(AccessRules.OPERATOR)),
                    command);
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void theCommandLinesContainersSayWhatItTakes(Manifests manifests) {
        for (String command : List.of("setup", "worker")) {
            String[] words = Manifests.stream(
                            manifests.workload(command).container().get("args"))
                    .map(word -> word.asText().replaceAll("\\$\\((\\w+)\\)", "3"))
                    .toArray(String[]::new);
            assertEquals(command, words[0]);
            Saddle.commandLine().parseArgs(words);
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void nobodyIsInWhateverGroupItLikes(Manifests manifests) {
        for (JsonNode user : manifests.ofKind("KafkaUser")) {
            for (JsonNode rule : user.at("/spec/authorization/acls")) {
                assertFalse(rule.at("/resource/name").asText().equals("*"), Manifests.name(user) + " " + rule);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void whereThereAreThreeBrokersEverythingIsKeptThreeTimes(Manifests manifests) {
        List<Integer> factors = new ArrayList<>();
        manifests
                .ofKind("KafkaTopic")
                .forEach(topic -> factors.add(topic.at("/spec/replicas").asInt()));
        factors.add(Integer.parseInt(manifests
                .environment(manifests.workload("dual-updater"))
                .getOrDefault("SADDLE_STREAMS_REPLICATION_FACTOR", "1")));
        factors.add(Integer.parseInt(
                manifests.environment(manifests.workload("setup")).get("REPLICATION")));
        int brokers = manifests.ofKind("KafkaNodePool").stream()
                .filter(pool -> pool.at("/spec/roles").toString().contains("broker"))
                .mapToInt(pool -> pool.at("/spec/replicas").asInt())
                .findFirst()
                .orElse(1);
        assertEquals(Set.of(brokers), new HashSet<>(factors));
    }

    @Test
    void alertsAreThoseOfPrometheusWithoutACluster() throws IOException {
        JsonNode file = new YAMLMapper()
                .readTree(Distribution.locate()
                        .root()
                        .resolve("infra/prometheus/alerts.yml")
                        .toFile());
        JsonNode rule = Manifests.of("prod").find("PrometheusRule", "saddle").orElseThrow();
        assertEquals(
                file.get("groups"),
                rule.at("/spec/groups"),
                "k8s/components/monitoring/alerts.yaml has to have the groups of infra/prometheus/alerts.yml");
    }

    /** Settings change under pods that are not renewed unless the name changes with them. */
    @ParameterizedTest
    @MethodSource("overlays")
    void settingsThatChangeRenewThePodsThatReadThem(Manifests manifests) {
        for (Workload service : manifests.services()) {
            for (JsonNode from : service.container().path("envFrom")) {
                assertTrue(from.at("/configMapRef/name").asText().matches("[a-z-]+-[a-z0-9]{10}"), from.toString());
            }
        }
        assertFalse(manifests.services().isEmpty());
    }

    @Test
    void theNamespaceLetsInOnlyWhatIsRestricted() {
        Manifests.all()
                .forEach(manifests -> assertEquals(
                        "restricted",
                        Manifests.strings(manifests
                                        .find("Namespace", "saddle")
                                        .orElseThrow()
                                        .at("/metadata/labels"))
                                .get("pod-security.kubernetes.io/enforce"),
                        manifests.overlay()));
    }
}
