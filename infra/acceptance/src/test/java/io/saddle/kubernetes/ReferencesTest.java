package io.saddle.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.kubernetes.Manifests.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a resource refers to is in the same overlay, is made by an operator from what is in it, or README.md says that it is given. */
class ReferencesTest {

    /** {@code | Secret `console-access` | `operator-password`, `viewer-password` | ... |} */
    private static final Pattern GIVEN =
            Pattern.compile("(?m)^\\| (Secret|PersistentVolumeClaim) `([^`]+)` \\| ([^|]*) \\|");

    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

    @BeforeAll
    static void needsKustomize() {
        assumeTrue(Kustomize.missing().isEmpty(), () -> Kustomize.missing().orElseThrow());
    }

    static Stream<Manifests> overlays() {
        return Manifests.all();
    }

    /** The keys of each Secret that is given, by its name; those that Strimzi makes have those that it makes. */
    private static Map<String, Set<String>> secrets(Manifests manifests) throws IOException {
        Map<String, Set<String>> secrets = GIVEN.matcher(
                        Files.readString(Kustomize.folder().resolve("README.md")))
                .results()
                .filter(row -> row.group(1).equals("Secret"))
                .collect(Collectors.toMap(
                        row -> row.group(2),
                        row -> QUOTED.matcher(row.group(3))
                                .results()
                                .map(key -> key.group(1))
                                .collect(Collectors.toSet())));
        manifests
                .ofKind("KafkaUser")
                .forEach(user -> secrets.put(Manifests.name(user), Set.of("password", "sasl.jaas.config")));
        manifests
                .ofKind("Kafka")
                .forEach(kafka -> secrets.put(Manifests.name(kafka) + "-cluster-ca-cert", Set.of("ca.crt")));
        return secrets;
    }

    private static Set<String> givenClaims() throws IOException {
        Matcher row = GIVEN.matcher(Files.readString(Kustomize.folder().resolve("README.md")));
        Set<String> claims = new TreeSet<>();
        while (row.find()) {
            if (row.group(1).equals("PersistentVolumeClaim")) {
                claims.add(row.group(2));
            }
        }
        return claims;
    }

    private static Stream<JsonNode> references(Manifests manifests, String... fields) {
        return manifests.resources().stream()
                .flatMap(
                        resource -> Stream.of(fields).flatMap(field -> Manifests.everywhere(resource, field).stream()));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void everySecretHasTheKeysThatAreAskedFor(Manifests manifests) throws IOException {
        Map<String, Set<String>> secrets = secrets(manifests);
        Set<String> missing = new TreeSet<>();
        Stream.of(
                        references(manifests, "secretKeyRef"),
                        references(manifests, "secretTargetRef").flatMap(Manifests::stream),
                        references(manifests, "basicAuth").flatMap(Manifests::stream))
                .flatMap(Function.identity())
                .forEach(reference -> {
                    String name = reference.get("name").asText();
                    String key = reference.get("key").asText();
                    if (!secrets.getOrDefault(name, Set.of()).contains(key)) {
                        missing.add(name + ": " + key);
                    }
                });
        references(manifests, "secret").forEach(volume -> {
            String name = volume.get("secretName").asText();
            Manifests.stream(volume.get("items")).forEach(item -> {
                if (!secrets.getOrDefault(name, Set.of())
                        .contains(item.get("key").asText())) {
                    missing.add(name + ": " + item);
                }
            });
        });
        manifests.ofKind("Ingress").stream()
                .flatMap(ingress -> Manifests.stream(ingress.at("/spec/tls")))
                .map(tls -> tls.get("secretName").asText())
                .filter(name -> !secrets.containsKey(name))
                .forEach(missing::add);
        assertEquals(Set.of(), missing, "neither made nor given; given and made are " + secrets);
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void everyConfigMapHasTheKeysThatAreAskedFor(Manifests manifests) {
        references(manifests, "configMapRef")
                .forEach(reference -> assertTrue(
                        manifests
                                .find("ConfigMap", reference.get("name").asText())
                                .isPresent(),
                        reference.toString()));
        Stream.concat(
                        references(manifests, "configMapKeyRef"),
                        references(manifests, "configMapTargetRef").flatMap(Manifests::stream))
                .forEach(reference -> assertTrue(
                        manifests
                                .find("ConfigMap", reference.get("name").asText())
                                .orElseThrow()
                                .path("data")
                                .has(reference.get("key").asText()),
                        reference.toString()));
        List<String> unused = manifests.ofKind("ConfigMap").stream()
                .map(Manifests::name)
                .filter(name -> references(manifests, "configMapRef", "configMapKeyRef")
                        .noneMatch(reference -> reference.get("name").asText().equals(name)))
                .filter(name -> references(manifests, "configMapTargetRef")
                        .flatMap(Manifests::stream)
                        .noneMatch(reference -> reference.get("name").asText().equals(name)))
                .toList();
        assertEquals(List.of(), unused, "nobody reads them");
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void everyClaimAccountAndPriorityIsThere(Manifests manifests) throws IOException {
        Set<String> claims = givenClaims();
        references(manifests, "persistentVolumeClaim")
                .map(volume -> volume.get("claimName").asText())
                .forEach(claim -> assertTrue(
                        manifests.find("PersistentVolumeClaim", claim).isPresent() || claims.contains(claim), claim));
        references(manifests, "serviceAccountName")
                .forEach(account -> assertTrue(
                        manifests.find("ServiceAccount", account.asText()).isPresent(), account.asText()));
        references(manifests, "priorityClassName")
                .forEach(priority -> assertTrue(
                        manifests.find("PriorityClass", priority.asText()).isPresent(), priority.asText()));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void whoeverSelectsPodsFindsSome(Manifests manifests) {
        List<Map<String, String>> pods =
                manifests.workloads().stream().map(Workload::labels).toList();
        for (String kind : List.of("Service", "PodDisruptionBudget", "PodMonitor", "Deployment", "StatefulSet")) {
            for (JsonNode resource : manifests.ofKind(kind)) {
                JsonNode selector = resource.at("/spec/selector");
                assertTrue(
                        pods.stream()
                                .anyMatch(labels -> kind.equals("Service")
                                        ? labels.entrySet()
                                                .containsAll(Manifests.strings(selector)
                                                        .entrySet())
                                        : Manifests.selects(selector, labels)),
                        kind + " " + Manifests.name(resource));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void everyLastingServiceMayBeDrainedOneByOne(Manifests manifests) {
        for (Workload workload : manifests.services()) {
            List<JsonNode> budgets = manifests.ofKind("PodDisruptionBudget").stream()
                    .filter(budget -> Manifests.selects(budget.at("/spec/selector"), workload.labels()))
                    .toList();
            assertEquals(1, budgets.size(), workload.name());
            assertEquals(1, budgets.get(0).at("/spec/maxUnavailable").asInt(), workload.name());
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void portsOfServicesAndWhatIsScaledAreThere(Manifests manifests) {
        for (JsonNode service : manifests.ofKind("Service")) {
            Map<String, String> selector = Manifests.strings(service.at("/spec/selector"));
            for (JsonNode port : service.at("/spec/ports")) {
                manifests.workloads().stream()
                        .filter(workload -> workload.labels().entrySet().containsAll(selector.entrySet()))
                        .forEach(workload -> assertTrue(workload.port(port.get("targetPort")) > 0, port.toString()));
            }
        }
        for (JsonNode ingress : manifests.ofKind("Ingress")) {
            for (JsonNode backend : Manifests.everywhere(ingress, "service")) {
                JsonNode service =
                        manifests.find("Service", backend.get("name").asText()).orElseThrow();
                assertTrue(Manifests.stream(service.at("/spec/ports"))
                        .anyMatch(port -> port.get("name").equals(backend.at("/port/name"))));
            }
        }
        for (JsonNode scaled : manifests.ofKind("ScaledObject")) {
            JsonNode target = scaled.at("/spec/scaleTargetRef");
            JsonNode resource = manifests
                    .find(target.get("kind").asText(), target.get("name").asText())
                    .orElseThrow();
            assertFalse(resource.get("spec").has("replicas"), "applying it would undo the scaling");
        }
    }
}
