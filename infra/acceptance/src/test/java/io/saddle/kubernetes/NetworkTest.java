package io.saddle.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.kubernetes.Manifests.Workload;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The architecture, as the network has it: services talk over Kafka and in no other way. */
class NetworkTest {

    /**
     * Somebody on the network.
     *
     * @param labels of the pod
     * @param namespace where it is
     */
    record Peer(Map<String, String> labels, String namespace) {}

    @BeforeAll
    static void needsKustomize() {
        assumeTrue(Kustomize.missing().isEmpty(), () -> Kustomize.missing().orElseThrow());
    }

    static Stream<Manifests> overlays() {
        return Manifests.all();
    }

    private static List<JsonNode> policies(Manifests manifests, Map<String, String> labels, String direction) {
        return manifests.ofKind("NetworkPolicy").stream()
                .filter(policy -> Manifests.selects(policy.at("/spec/podSelector"), labels))
                .filter(policy -> Manifests.stream(policy.at("/spec/policyTypes"))
                        .anyMatch(type -> type.asText().equals(direction)))
                .toList();
    }

    /** Whether one end lets it pass: some rule names the other end and the port. A block of addresses may hold any pod's. */
    static boolean lets(
            Manifests manifests, Peer end, String direction, String peers, Peer other, int port, Workload listener) {
        return policies(manifests, end.labels(), direction).stream()
                .flatMap(policy -> Manifests.stream(policy.at("/spec/" + direction.toLowerCase())))
                .filter(rule ->
                        !rule.has(peers) || Manifests.stream(rule.get(peers)).anyMatch(peer -> is(peer, other)))
                .anyMatch(rule -> !rule.has("ports")
                        || Manifests.stream(rule.get("ports")).anyMatch(allowed -> number(allowed, listener) == port));
    }

    private static int number(JsonNode allowed, Workload listener) {
        JsonNode port = allowed.path("port");
        return listener == null ? port.asInt(-1) : listener.port(port);
    }

    private static boolean is(JsonNode peer, Peer other) {
        if (peer.has("ipBlock")) {
            return true;
        }
        boolean namespace = peer.has("namespaceSelector")
                ? Manifests.selects(
                        peer.get("namespaceSelector"), Map.of("kubernetes.io/metadata.name", other.namespace()))
                : other.namespace().equals("saddle");
        return namespace && Manifests.selects(peer.path("podSelector"), other.labels());
    }

    /** Whether a pod can open a connection to another one's port. */
    private static boolean reaches(Manifests manifests, Peer from, Workload to, int port) {
        Peer end = new Peer(to.labels(), "saddle");
        boolean out = !from.namespace().equals("saddle") || lets(manifests, from, "Egress", "to", end, port, to);
        return out && lets(manifests, end, "Ingress", "from", from, port, to);
    }

    private static Peer peer(Workload workload) {
        return new Peer(workload.labels(), "saddle");
    }

    private static int port(Workload workload) {
        return workload.container().at("/ports/0/containerPort").asInt();
    }

    /** The brokers, where a workload runs them or Strimzi does. */
    static List<Map<String, String>> brokers(Manifests manifests) {
        List<Map<String, String>> brokers = new ArrayList<>();
        manifests.workloads().stream()
                .map(Workload::labels)
                .filter(labels -> "broker".equals(labels.get("saddle.io/kafka")))
                .forEach(brokers::add);
        manifests.ofKind("KafkaNodePool").stream()
                .map(NetworkTest::strimziLabels)
                .forEach(brokers::add);
        return brokers;
    }

    private static Map<String, String> strimziLabels(JsonNode pool) {
        Map<String, String> labels = Manifests.strings(pool.at("/spec/template/pod/metadata/labels"));
        labels.putAll(Manifests.strings(pool.at("/metadata/labels")));
        return labels;
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void whatIsNotAllowedIsDenied(Manifests manifests) {
        for (Workload workload : manifests.workloads()) {
            for (String direction : List.of("Ingress", "Egress")) {
                assertFalse(policies(manifests, workload.labels(), direction).isEmpty(), workload + " " + direction);
            }
        }
        JsonNode all = manifests
                .find("NetworkPolicy", "nothing-unless-allowed")
                .orElseThrow()
                .get("spec");
        assertEquals(0, all.get("podSelector").size());
        assertEquals("[\"Ingress\",\"Egress\"]", all.get("policyTypes").toString());
        assertFalse(all.has("ingress") || all.has("egress"));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void everyPolicyIsForSomebody(Manifests manifests) {
        List<Map<String, String>> pods = new ArrayList<>(brokers(manifests));
        manifests.workloads().forEach(workload -> pods.add(workload.labels()));
        for (JsonNode policy : manifests.ofKind("NetworkPolicy")) {
            assertTrue(
                    pods.stream().anyMatch(labels -> Manifests.selects(policy.at("/spec/podSelector"), labels)),
                    Manifests.name(policy));
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void noServiceMayCallAnotherOrBeCalledByIt(Manifests manifests) {
        for (Workload from : manifests.services()) {
            for (Workload to : manifests.services()) {
                assertFalse(
                        lets(manifests, peer(from), "Egress", "to", peer(to), port(to), to), from + " may call " + to);
                assertFalse(
                        lets(manifests, peer(to), "Ingress", "from", peer(from), port(to), to),
                        to + " may be called by " + from);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void everyServiceReachesKafkaTheRegistryAndNames(Manifests manifests) {
        Workload registry = manifests.workload("registry");
        for (Workload service : manifests.services()) {
            URI address = URI.create(manifests.environment(service).get("SADDLE_REGISTRY_URL"));
            assertEquals(registry.name(), address.getHost());
            assertTrue(reaches(manifests, peer(service), registry, address.getPort()), service + " to the registry");
            String bootstrap = manifests.environment(service).get("KAFKA_BOOTSTRAP_SERVERS");
            int port = Integer.parseInt(bootstrap.substring(bootstrap.indexOf(':') + 1));
            assertTrue(
                    brokers(manifests).stream()
                            .anyMatch(broker -> lets(
                                    manifests, peer(service), "Egress", "to", new Peer(broker, "saddle"), port, null)),
                    service + " to " + bootstrap);
            assertTrue(
                    lets(manifests, peer(service), "Egress", "to", new Peer(Map.of(), "kube-system"), 53, null),
                    service + " to the names");
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void whoKeepsArtifactsInS3OrReviewsTokensLeavesTheNamespaceAndNobodyElse(Manifests manifests) {
        Peer outside = new Peer(Map.of(), "elsewhere");
        for (Workload workload : manifests.workloads()) {
            boolean s3 = manifests
                    .environment(workload)
                    .getOrDefault("SADDLE_ARTIFACTS_ROOT", "")
                    .startsWith("s3:");
            // The cluster's API
            boolean reviews = manifests.environment(workload).containsKey("APICURIO_AUTHN_KUBERNETES_ENABLED");
            assertEquals(
                    s3 || reviews,
                    lets(manifests, peer(workload), "Egress", "to", outside, 443, null),
                    workload + " to port 443");
            assertFalse(lets(manifests, peer(workload), "Egress", "to", outside, 80, null), workload + " to port 80");
        }
    }

    @Test
    void theComponentsForLoginsAndTracesOpenTheWayToThem() {
        Manifests logins = new Manifests("dev with login", Kustomize.build("dev", "login"));
        Peer provider = new Peer(Map.of(), "elsewhere");
        Manifests traces = new Manifests("dev with traces", Kustomize.build("dev", "traces"));
        Peer collector = new Peer(Map.of(), "monitoring");
        for (Workload service : logins.services()) {
            assertEquals(
                    service.name().equals("console"),
                    lets(logins, peer(service), "Egress", "to", provider, 443, null),
                    service + " to the provider");
        }
        for (Workload service : traces.services()) {
            assertTrue(
                    lets(traces, peer(service), "Egress", "to", collector, 4317, null), service + " to the collector");
            assertEquals("false", traces.environment(service).get("QUARKUS_OTEL_SDK_DISABLED"));
        }
        assertTrue(
                logins.workload("console").container().get("envFrom").toString().contains("{\"name\":\"login\"}"));
    }

    /** A server of mail that takes it without TLS was not reached. */
    @Test
    void theComponentForNotificationsOpensTheConsolesWayToReceiversAndMail() {
        Manifests manifests = new Manifests("dev with notifications", Kustomize.build("dev", "notifications"));
        Peer receiver = new Peer(Map.of(), "elsewhere");
        for (Workload service : manifests.services()) {
            for (int port : new int[] {25, 443, 465, 587}) {
                assertEquals(
                        service.name().equals("console"),
                        lets(manifests, peer(service), "Egress", "to", receiver, port, null),
                        service + " to port " + port);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void onlyTheConsoleIsReachedThroughTheIngress(Manifests manifests) {
        Peer ingress = new Peer(Map.of(), "ingress-nginx");
        for (Workload workload : manifests.workloads()) {
            if (workload.container().has("ports")) {
                assertEquals(
                        workload.name().equals("console"),
                        reaches(manifests, ingress, workload, port(workload)),
                        workload.name());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void prometheusReachesEveryServiceAndStrangersNone(Manifests manifests) {
        Peer prometheus = new Peer(Map.of("app.kubernetes.io/name", "prometheus"), "monitoring");
        Peer stranger = new Peer(Map.of("app.kubernetes.io/component", "service"), "default");
        // It could tell the console that it speaks for anybody.
        Peer beside = new Peer(Map.of("app.kubernetes.io/name", "grafana"), "monitoring");
        for (Workload service : manifests.services()) {
            assertTrue(reaches(manifests, prometheus, service, port(service)), service.name());
            assertFalse(reaches(manifests, stranger, service, port(service)), service.name());
            assertFalse(reaches(manifests, beside, service, port(service)), service.name());
        }
    }
}
