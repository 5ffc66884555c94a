package io.saddle.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every overlay can be built, and the cluster would know every field of what comes out. */
class ManifestsTest {

    static final String ROOM_FOR_HEADERS = "/metadata/annotations/nginx.ingress.kubernetes.io~1proxy-buffer-size";

    private static final ManifestSchemas SCHEMAS = new ManifestSchemas();

    @BeforeAll
    static void needsKustomize() {
        assumeTrue(Kustomize.missing().isEmpty(), () -> Kustomize.missing().orElseThrow());
    }

    static Stream<Manifests> overlays() {
        return Manifests.all();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void everyResourceIsAsItsSchemaHasIt(Manifests manifests) {
        List<String> problems = manifests.resources().stream()
                .flatMap(resource -> SCHEMAS.problems(resource).stream())
                .toList();
        assertEquals(List.of(), problems);
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void eachResourceIsThereOnce(Manifests manifests) {
        List<String> names = manifests.resources().stream()
                .map(resource -> Manifests.kind(resource) + " " + Manifests.name(resource))
                .toList();
        assertEquals(names.stream().distinct().toList(), names);
    }

    /** A cluster that does not know a kind refuses all that is applied with it. */
    @ParameterizedTest
    @CsvSource({"scaling, keda.sh/", "monitoring, monitoring.coreos.com/"})
    void withAComponentGoesAllThatItsOperatorIsNeededFor(String component, String kinds) {
        assertTrue(ofKinds(kinds, Manifests.of("prod").resources()) > 0);
        assertEquals(0, ofKinds(kinds, Kustomize.buildWithout("prod", component)));
    }

    private static long ofKinds(String kinds, List<JsonNode> resources) {
        return resources.stream()
                .filter(resource -> resource.path("apiVersion").asText().startsWith(kinds))
                .count();
    }

    /** A login by OpenID Connect sets cookies of more than the 4 KiB that nginx reads an answer's headers into: it said 502. */
    @ParameterizedTest
    @MethodSource("overlays")
    void theIngressHasRoomForTheCookiesOfALogin(Manifests manifests) {
        List<JsonNode> all = manifests.ofKind("Ingress");
        assertEquals(1, all.size());
        assertEquals("16k", all.get(0).at(ROOM_FOR_HEADERS).asText());
    }

    /** Two brokers, or two controllers, that were lost with one node would take the majority along. */
    @ParameterizedTest
    @MethodSource("overlays")
    void noTwoBrokersAndNoTwoControllersShareANode(Manifests manifests) {
        for (JsonNode pool : manifests.ofKind("KafkaNodePool")) {
            String name = Manifests.name(pool);
            JsonNode constraint = pool.at("/spec/template/pod/topologySpreadConstraints/0");
            assertEquals(
                    "kubernetes.io/hostname", constraint.path("topologyKey").asText(), name);
            assertEquals("DoNotSchedule", constraint.path("whenUnsatisfiable").asText(), name);
            assertEquals(1, constraint.path("maxSkew").asInt(), name);
            assertEquals(pool.at("/spec/replicas"), constraint.path("minDomains"), name + " of fewer nodes");
            assertEquals(
                    Map.of(
                            "strimzi.io/cluster",
                            pool.at("/metadata/labels/strimzi.io~1cluster").asText(),
                            "strimzi.io/pool-name",
                            name),
                    Manifests.strings(constraint.at("/labelSelector/matchLabels")));
        }
    }
}
