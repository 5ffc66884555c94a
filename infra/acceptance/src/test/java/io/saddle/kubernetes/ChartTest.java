package io.saddle.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.LintResult;
import io.saddle.kubernetes.Manifests.Workload;
import io.saddle.stack.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart says what the overlays say, for it is compared with them, and what goes beyond them is as the cluster would have it. */
class ChartTest {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final ManifestSchemas SCHEMAS = new ManifestSchemas();

    /** What the overlays have beside saddle: Kafka and what scales by its lag. A chart finds a namespace. */
    private static final Set<String> OF_THE_OVERLAYS_ALONE = Set.of(
            "Namespace saddle",
            "ServiceAccount kafka",
            "Service kafka",
            "StatefulSet kafka",
            "NetworkPolicy kafka",
            "Kafka saddle",
            "KafkaNodePool broker",
            "KafkaNodePool controller",
            "ScaledObject constraint-evaluator",
            "ScaledObject fid-evaluator",
            "TriggerAuthentication scaling",
            "ConfigMap scaling");

    private static final List<String> OF_STRIMZI = List.of("KafkaTopic", "KafkaUser");

    @BeforeAll
    static void needsHelm() {
        assumeTrue(Chart.missing().isEmpty(), () -> Chart.missing().orElseThrow());
    }

    private static Manifests rendered(String file, Map<String, Object> values) {
        return new Manifests("chart with " + file + " and " + values, Chart.render(file, values));
    }

    @Test
    void helmHasNothingAgainstIt() {
        LintResult lint = Chart.lint();
        assertFalse(lint.isFailed(), lint.getMessages().toString());
        assertEquals(
                List.of(),
                lint.getMessages().stream()
                        .filter(message -> !message.startsWith("[INFO]"))
                        .toList());
    }

    static Stream<Arguments> ways() {
        return Stream.of(
                Arguments.of("dev", null, Map.of()),
                Arguments.of("prod", "values-prod.yaml", Map.of()),
                Arguments.of("gpu", "values-prod.yaml", Map.of("primalTrainer.gpu.enabled", true)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void itMakesWhatTheOverlayMakes(String overlay, String file, Map<String, Object> settings) {
        assumeTrue(Kustomize.missing().isEmpty(), () -> Kustomize.missing().orElseThrow());
        Map<String, Map<String, String>> kustomize =
                ManifestComparison.values(Manifests.of(overlay).resources().stream()
                        .filter(resource -> !OF_STRIMZI.contains(Manifests.kind(resource)))
                        .toList());
        Map<String, Map<String, String>> chart = ManifestComparison.values(Chart.render(file, settings));
        Set<String> expected = new TreeSet<>(kustomize.keySet());
        expected.removeAll(OF_THE_OVERLAYS_ALONE);
        assertEquals(expected, chart.keySet());
        List<String> differences = new ArrayList<>();
        expected.forEach(name -> ManifestComparison.differences(kustomize.get(name), chart.get(name))
                .forEach(line -> differences.add(name + " " + line)));
        assertEquals(List.of(), differences);
    }

    /** The comparison itself finds what differs. */
    @Test
    void aValueThatIsAnotherIsFound() {
        assertEquals(
                List.of("/spec/replicas: kustomize has 1, the chart 3"),
                ManifestComparison.differences(
                        ManifestComparison.values(Chart.render(null, Map.of())).get("Deployment worker"),
                        ManifestComparison.values(Chart.render(null, Map.of("worker.replicas", 3)))
                                .get("Deployment worker")));
    }

    /** Of an older release's values, a hand-over of no seconds was made, and a policy that let every pod in. */
    @ParameterizedTest
    @ValueSource(strings = {"primalTrainer.handoverSeconds", "networkPolicies.monitoringPods", "images.pullPolicy"})
    void aValueThatIsMissingIsRefused(String path) {
        Map<String, Object> without = new HashMap<>();
        without.put(path, "null");
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> Chart.render(null, without));
        assertTrue(
                refused.getMessage().contains(path.substring(path.indexOf('.') + 1) + " is required")
                        || refused.getMessage().contains("'" + path.substring(path.indexOf('.') + 1) + "'"),
                refused.getMessage());
    }

    /** Then an upgrade that takes an older release's values alone says so. */
    @Test
    void everyValueOfTheChartIsRequired() throws IOException {
        List<String> optional = new ArrayList<>();
        optional(
                "",
                YAML.readTree(Chart.folder().resolve("values.yaml").toFile()),
                YAML.readTree(Chart.folder().resolve("values.schema.json").toFile()),
                optional);
        assertEquals(List.of(), optional);
    }

    private static void optional(String path, JsonNode values, JsonNode schema, List<String> found) {
        if (!schema.path("properties").isObject()) {
            return;
        }
        Set<String> required = new TreeSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        values.properties().stream().filter(value -> !value.getValue().isNull()).forEach(value -> {
            if (!required.contains(value.getKey())) {
                found.add(path + value.getKey());
            }
            optional(
                    path + value.getKey() + ".",
                    value.getValue(),
                    schema.path("properties").path(value.getKey()),
                    found);
        });
    }

    static Stream<Map<String, Object>> others() {
        return Stream.of(
                Map.of("registry.enabled", false, "registry.url", "https://schemas.example.org/apis/ccompat/v7"),
                Map.of("networkPolicies.enabled", false, "ingress.enabled", false, "priorityClasses.create", false),
                Map.of(
                        "datasets.claim",
                        "datasets",
                        "exports.claim",
                        "exports",
                        "artifacts.volume.existingClaim",
                        "models"),
                Map.of("primalTrainer.gpu.enabled", true, "primalTrainer.threads", 8, "images.tag", "0.2.0"),
                Map.of("artifacts.root", "s3://bucket/prefix", "monitoring.enabled", true),
                Map.of("kafka.security.enabled", true, "kafka.security.secrets.operator", "admins"),
                Map.of("kafka.bootstrapServers", "a.example.org:9094,b.example.org:9094"),
                Map.of("constraintEvaluator.replicas", 2, "fidEvaluator.replicas", 3, "worker.replicas", 0));
    }

    @ParameterizedTest
    @MethodSource("others")
    void whateverIsChosenTheClusterKnowsEveryField(Map<String, Object> values) {
        for (String file : new String[] {null, "values-prod.yaml"}) {
            List<JsonNode> resources = Chart.render(file, values);
            assertEquals(
                    List.of(),
                    resources.stream()
                            .flatMap(resource -> SCHEMAS.problems(resource).stream())
                            .toList());
        }
    }

    @Test
    void anotherRegistryIsAskedAndNoneIsMade() {
        String url = "https://schemas.example.org/apis/ccompat/v7";
        Manifests manifests = rendered(null, Map.of("registry.enabled", false, "registry.url", url));
        assertTrue(manifests.workloads().stream()
                .noneMatch(workload -> workload.name().equals("registry")));
        manifests
                .services()
                .forEach(service ->
                        assertEquals(url, manifests.environment(service).get("SADDLE_REGISTRY_URL")));
        assertEquals(
                443,
                manifests
                        .find("NetworkPolicy", "to-registry")
                        .orElseThrow()
                        .at("/spec/egress/0/ports/0/port")
                        .asInt());
        IllegalStateException without =
                assertThrows(IllegalStateException.class, () -> Chart.render(null, Map.of("registry.enabled", false)));
        assertTrue(without.getMessage().contains("registry.url"), without.getMessage());
    }

    /** The last digits of a host were taken for its port. */
    @ParameterizedTest
    @CsvSource({
        "http://10.0.0.5/apis/ccompat/v7, 80",
        "https://registry2/apis/ccompat/v7, 443",
        "http://registry2:8081/apis/ccompat/v7, 8081",
    })
    void thePortOfAnotherRegistryIsTheOneThatItsAddressSays(String url, int port) {
        assertEquals(
                port,
                rendered(null, Map.of("registry.enabled", false, "registry.url", url))
                        .find("NetworkPolicy", "to-registry")
                        .orElseThrow()
                        .at("/spec/egress/0/ports/0/port")
                        .asInt());
    }

    private static List<Integer> ports(Map<String, Object> values, String policy) {
        List<Integer> ports = new ArrayList<>();
        rendered(null, values)
                .find("NetworkPolicy", policy)
                .orElseThrow()
                .at("/spec/egress/0/ports")
                .forEach(port -> ports.add(port.path("port").asInt()));
        return ports;
    }

    /** Only the last broker's, and only 443. */
    @Test
    void thePortsOfEveryBrokerAndOfTheBucketAreOpen() {
        assertEquals(List.of(9092, 9094), ports(Map.of("kafka.bootstrapServers", "a:9092,b:9094,c:9092"), "to-kafka"));
        String root = "artifacts.root";
        assertEquals(List.of(443), ports(Map.of(root, "s3://bucket"), "to-artifacts"));
        for (Map.Entry<String, Integer> endpoint : Map.of(
                        "http://minio:9000", 9000, "https://s3.example.org", 443, "http://minio", 80)
                .entrySet()) {
            assertEquals(
                    List.of(endpoint.getValue()),
                    ports(Map.of(root, "s3://bucket", "artifacts.s3.endpoint", endpoint.getKey()), "to-artifacts"));
        }
    }

    /** From a file, where every number is a fraction to Helm: the console did not start with 1.048576e+07. */
    @Test
    void numbersOfTheEnvironmentStayWhatTheyAre(@TempDir Path folder) throws IOException {
        Path values = Files.writeString(
                folder.resolve("values.yaml"), "console: {env: {A: 10485760, B: 0.00001, C: true, D: text, E: \"7\"}}");
        Manifests manifests = rendered(values.toString(), Map.of());
        Map<String, String> console = manifests.environment(manifests.workload("console"));
        assertEquals(
                List.of("10485760", "0.00001", "true", "text", "7"),
                Stream.of("A", "B", "C", "D", "E").map(console::get).toList());
    }

    @ParameterizedTest
    @CsvSource({"1500m, 2", "500m, 1", "3, 3"})
    void anEvaluatorHasAWorkerForEachProcessorThatItHasAShareOf(String cpu, String workers) {
        Manifests manifests = rendered(null, Map.of("constraintEvaluator.resources.limits.cpu", cpu));
        assertEquals(
                workers,
                manifests
                        .environment(manifests.workload("constraint-evaluator"))
                        .get("SADDLE_EVALUATOR_WORKERS"));
    }

    @Test
    void aTrainersPodLastsLongerThanItsHandover() {
        Workload trainer =
                rendered(null, Map.of("primalTrainer.handoverSeconds", 300)).workload("primal-trainer");
        assertTrue(
                trainer.container()
                        .get("env")
                        .toString()
                        .contains("{\"name\":\"SADDLE_TRAINER_HANDOVER\",\"value\":\"300S\"}"),
                trainer.container().get("env").toString());
        assertEquals(330, trainer.pod().get("terminationGracePeriodSeconds").asInt());
    }

    @ParameterizedTest
    @CsvSource({
        "console.notificationsSecret, channels, to-receivers, notifications",
        "console.loginSecret, people, to-login, login"
    })
    void whatTheConsoleKeepsSecretComesFromASecretAndOpensItsWay(
            String value, String secret, String policy, String component) {
        Manifests without = rendered(null, Map.of());
        assertTrue(without.find("NetworkPolicy", policy).isEmpty());
        Manifests with = rendered(null, Map.of(value, secret));
        assertTrue(
                with.workload("console")
                        .container()
                        .get("envFrom")
                        .toString()
                        .contains("{\"name\":\"" + secret + "\"}"),
                () -> with.workload("console").container().toString());
        JsonNode opened = with.find("NetworkPolicy", policy).orElseThrow();
        assumeTrue(Kustomize.missing().isEmpty(), () -> Kustomize.missing().orElseThrow());
        assertEquals(
                new Manifests("dev with " + component, Kustomize.build("dev", component))
                        .find("NetworkPolicy", policy)
                        .orElseThrow()
                        .get("spec"),
                opened.get("spec"));
    }

    /** Strimzi says who reaches its pods, and nothing-unless-allowed kept these from one another: Kafka never came up. */
    @Test
    void strimzisKafkaBesideTheChartReachesItselfAndTheApi() throws IOException {
        List<JsonNode> resources = new ArrayList<>(Chart.render("values-prod.yaml", Map.of()));
        for (String file : List.of("kafka.yaml", "kafka-topics-and-users.yaml", "registry-user.yaml")) {
            try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class)
                    .readValues(Kustomize.folder()
                            .resolve("overlays/prod")
                            .resolve(file)
                            .toFile())) {
                resources.addAll(documents.readAll());
            }
        }
        Manifests manifests = new Manifests("chart with Strimzi", resources);
        for (Map<String, String> labels : NetworkTest.brokers(manifests)) {
            labels.put("strimzi.io/cluster", "saddle");
            NetworkTest.Peer broker = new NetworkTest.Peer(labels, "saddle");
            NetworkTest.Peer api = new NetworkTest.Peer(Map.of(), "kube-system");
            assertTrue(NetworkTest.lets(manifests, broker, "Egress", "to", broker, 9091, null), labels::toString);
            assertTrue(NetworkTest.lets(manifests, broker, "Egress", "to", api, 443, null), labels::toString);
        }
        assertEquals(2, NetworkTest.brokers(manifests).size());
    }

    /** Where the artifacts are in S3, the classifiers' folder was on a file system that is read only: no model was ever judged. */
    @Test
    void evaluatorsKeepSmallClassifiersWhereTheyMayWrite() {
        Map<String, Object> s3 = Map.of("artifacts.root", "s3://bucket/prefix");
        assertEquals("/artifacts/classifiers", classifiers(rendered(null, Map.of()), "fid-evaluator"));
        for (String evaluator : List.of("constraint-evaluator", "fid-evaluator")) {
            assertEquals("/data/classifiers", classifiers(rendered(null, s3), evaluator));
        }
        Map<String, Object> own = Map.of(
                "artifacts.root", "s3://bucket", "fidEvaluator.env.SADDLE_CLASSIFIERS_DIR", "/data/beside-the-cache");
        assertEquals("/data/beside-the-cache", classifiers(rendered(null, own), "fid-evaluator"));
    }

    /** The folder of the classifiers, which is on a volume. */
    private static String classifiers(Manifests manifests, String evaluator) {
        Workload workload = manifests.workload(evaluator);
        List<String> folders = Manifests.stream(workload.container().get("env"))
                .filter(variable -> variable.get("name").asText().equals("SADDLE_CLASSIFIERS_DIR"))
                .map(variable -> variable.get("value").asText())
                .toList();
        assertEquals(1, folders.size(), folders.toString());
        assertTrue(
                Manifests.stream(workload.container().get("volumeMounts"))
                        .anyMatch(mount ->
                                folders.get(0).startsWith(mount.get("mountPath").asText() + "/")
                                        && !mount.path("readOnly").asBoolean()),
                () -> folders + " is on none of " + workload.container().get("volumeMounts"));
        return folders.get(0);
    }

    /** It was always false, also where a server that is no AWS wants it to be true, as services have it without a word. */
    @Test
    void whereTheBucketStandsIsSaidOnlyWhereTheValuesSayIt() {
        String root = "artifacts.root";
        String endpoint = "artifacts.s3.endpoint";
        String variable = "SADDLE_ARTIFACTS_S3_PATH_STYLE";
        Manifests unsaid = rendered(null, Map.of(root, "s3://bucket", endpoint, "https://s3.example.org"));
        Map<String, String> console = unsaid.environment(unsaid.workload("console"));
        assertEquals("https://s3.example.org", console.get("SADDLE_ARTIFACTS_S3_ENDPOINT"));
        assertFalse(console.containsKey(variable), console.toString());
        for (boolean given : new boolean[] {true, false}) {
            Manifests said = rendered(null, Map.of(root, "s3://bucket", "artifacts.s3.pathStyle", given));
            assertEquals(
                    String.valueOf(given),
                    said.environment(said.workload("console")).get(variable));
        }
    }

    @Test
    void whoKnowsPeopleAndWhoCollectsTracesIsReachedWhereTheValuesSaySo(@TempDir Path folder) throws IOException {
        for (String which : List.of("console", "service")) {
            String name = which + "-egress";
            assertTrue(rendered(null, Map.of()).find("NetworkPolicy", name).isEmpty());
            Path values = Files.writeString(
                    folder.resolve(which + ".yaml"),
                    "networkPolicies: {" + which + "Egress: [{to: [{ipBlock: {cidr: 203.0.113.7/32}}], ports: [{port:"
                            + " 4317, protocol: TCP}]}]}");
            JsonNode policy = rendered(values.toString(), Map.of())
                    .find("NetworkPolicy", name)
                    .orElseThrow();
            assertEquals(List.of(), SCHEMAS.problems(policy));
            assertEquals(
                    "203.0.113.7/32",
                    policy.at("/spec/egress/0/to/0/ipBlock/cidr").asText());
            assertEquals(4317, policy.at("/spec/egress/0/ports/0/port").asInt());
        }
    }

    /** A second release in a cluster was refused for them. */
    @Test
    void whatTheWholeClusterSeesHasItsNamespaceInItsName() {
        Set<String> ofOne = clusterWide("one");
        assertEquals(2, ofOne.size(), ofOne.toString());
        ofOne.retainAll(clusterWide("two"));
        assertEquals(Set.of(), ofOne);
    }

    private static Set<String> clusterWide(String namespace) {
        return Chart.render(namespace, "values-prod.yaml", Map.of("priorityClasses.create", false)).stream()
                .filter(resource -> Manifests.kind(resource).startsWith("ClusterRole"))
                .map(Manifests::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void secretsThatAreCalledOtherwiseAreTaken() {
        Manifests manifests = rendered(
                "values-prod.yaml",
                Map.of("kafka.security.secrets.console", "ours", "kafka.security.secrets.operator", "admins"));
        assertTrue(
                manifests.workload("console").container().get("env").toString().contains("\"name\":\"ours\""));
        for (String command : List.of("setup", "worker")) {
            Workload workload = command.equals("setup")
                    ? new Workload(manifests.ofKind("Job").get(0))
                    : manifests.workload(command);
            assertTrue(workload.pod().get("volumes").toString().contains("\"secretName\":\"admins\""), command);
        }
    }

    @Test
    void dataOfOnesOwnIsThereForWhoeverComputesOrChecks() {
        DataOfOnesOwn.isReadBy(
                Set.of("console", "constraint-evaluator", "fid-evaluator", "primal-trainer", "worker"),
                rendered(null, Map.of("datasets.claim", "pictures")),
                "pictures");
    }

    /** The place that the README named lies in the artifact store, where nothing is exported to. */
    @Test
    void whatIsExportedHasAPlaceThatLasts() {
        DataOfOnesOwn.isWrittenByWorkers(rendered(null, Map.of("exports.claim", "models-out")), "models-out");
        DataOfOnesOwn.isWrittenByWorkers(
                rendered("values-prod.yaml", Map.of("exports.claim", "models-out", "worker.env.HTTPS_PROXY", "x")),
                "models-out");
    }

    @Test
    void theIngressHasRoomForTheCookiesOfALogin() {
        JsonNode ingress = rendered(null, Map.of()).ofKind("Ingress").get(0);
        assertEquals("16k", ingress.at(ManifestsTest.ROOM_FOR_HEADERS).asText());
    }

    /** It was read as an alias of YAML. */
    @Test
    void aHostMayBeAWildcard() {
        Manifests manifests =
                rendered(null, Map.of("ingress.host", "*.example.org", "ingress.tlsSecret", "certificate"));
        JsonNode ingress = manifests.ofKind("Ingress").get(0);
        assertEquals("*.example.org", ingress.at("/spec/rules/0/host").asText());
        assertEquals("*.example.org", ingress.at("/spec/tls/0/hosts/0").asText());
    }

    @ParameterizedTest
    @CsvSource({
        "worker.replica, 2",
        "worker.replicas, 5",
        "kafka.bootstrapServer, kafka:9092",
        "kafka.bootstrapServers, kafka",
        "kafka.security.mechanism, SCRAM",
        "artifacts.root, /models",
        "artifacts.volume.size, large",
        "console.resource.limits.cpu, 2",
        "primalTrainer.threads, 0",
        "primalTrainer.env.lower_case, 1",
        "monitoring.enabled, perhaps",
    })
    void whatIsMisspeltIsRefused(String path, String value) {
        Object number = value.matches("\\d+") ? (Object) Integer.valueOf(value) : value;
        IllegalStateException refused =
                assertThrows(IllegalStateException.class, () -> Chart.render(null, Map.of(path, number)));
        assertTrue(refused.getMessage().contains("values don't meet the specifications"), refused.getMessage());
    }

    @Test
    void theValuesThatTheReadmeShowsAreTaken(@TempDir Path folder) throws IOException {
        String readme = Files.readString(Kustomize.folder().resolve("README.md"));
        String chapter = readme.substring(readme.indexOf("## By Helm"));
        int begin = chapter.indexOf("```yaml") + "```yaml".length();
        Path values =
                Files.writeString(folder.resolve("my.yaml"), chapter.substring(begin, chapter.indexOf("```", begin)));
        Manifests manifests = rendered(values.toString(), Map.of());
        assertEquals(
                List.of(),
                manifests.resources().stream()
                        .flatMap(resource -> SCHEMAS.problems(resource).stream())
                        .toList());
        assertEquals("/data/classifiers", classifiers(manifests, "constraint-evaluator"));
        assertEquals(
                "harbor.mine.org/ml/saddle/worker:0.1.0",
                manifests.workload("worker").container().get("image").asText());
        assertFalse(manifests
                .find("NetworkPolicy", "to-kafka")
                .orElseThrow()
                .at("/spec/egress/0")
                .has("to"));
    }

    /** Whoever reads values.yaml sees all that there is. */
    @Test
    void everyValueOfTheSchemaHasADefault() throws IOException {
        JsonNode schema =
                YAML.readTree(Chart.folder().resolve("values.schema.json").toFile());
        JsonNode values = YAML.readTree(Chart.folder().resolve("values.yaml").toFile());
        Set<String> missing = new TreeSet<>();
        missing(schema, schema, values, "", missing);
        assertEquals(Set.of("/global", "/kafka/security/secrets/*"), missing);
    }

    private static void missing(JsonNode schema, JsonNode all, JsonNode values, String path, Set<String> missing) {
        JsonNode here = schema.has("$ref") ? all.at(schema.get("$ref").asText().substring(1)) : schema;
        here.path("properties").properties().forEach(property -> {
            String name = path + "/" + property.getKey();
            if (values.has(property.getKey())) {
                missing(property.getValue(), all, values.get(property.getKey()), name, missing);
            } else {
                missing.add(path.equals("/kafka/security/secrets") ? path + "/*" : name);
            }
        });
    }

    @Test
    void itsVersionIsTheBuilds() throws IOException {
        JsonNode chart = YAML.readTree(Chart.folder().resolve("Chart.yaml").toFile());
        String pom = Files.readString(Distribution.locate().root().resolve("pom.xml"));
        for (String field : List.of("version", "appVersion")) {
            assertTrue(
                    pom.contains("<artifactId>saddle</artifactId>\n  <version>"
                            + chart.get(field).asText() + "</version>"),
                    field);
        }
    }
}
