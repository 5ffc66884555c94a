package io.saddle.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The resources of one overlay.
 *
 * @param overlay its name
 * @param resources as kustomize built them
 */
record Manifests(String overlay, List<JsonNode> resources) {

    private static final Set<String> WITH_PODS = Set.of("Deployment", "StatefulSet", "Job");
    private static final Map<String, Manifests> BUILT = new ConcurrentHashMap<>();

    /** Built once for all tests. */
    static Manifests of(String overlay) {
        return BUILT.computeIfAbsent(overlay, name -> new Manifests(name, Kustomize.build(name)));
    }

    /** Every overlay's. */
    static Stream<Manifests> all() {
        return Kustomize.overlays().stream().map(Manifests::of);
    }

    @Override
    public String toString() {
        return overlay;
    }

    /**
     * What runs pods.
     *
     * @param resource the Deployment, StatefulSet or Job
     */
    record Workload(JsonNode resource) {

        String name() {
            return Manifests.name(resource);
        }

        JsonNode pod() {
            return resource.at("/spec/template/spec");
        }

        Map<String, String> labels() {
            return strings(resource.at("/spec/template/metadata/labels"));
        }

        JsonNode container() {
            return pod().at("/containers/0");
        }

        boolean isJob() {
            return kind(resource).equals("Job");
        }

        boolean isService() {
            return "service".equals(labels().get("app.kubernetes.io/component"));
        }

        /** The number of a port that may be given by its name. */
        int port(JsonNode port) {
            if (port.isInt()) {
                return port.asInt();
            }
            return stream(container().path("ports"))
                    .filter(declared -> declared.path("name").equals(port))
                    .map(declared -> declared.get("containerPort").asInt())
                    .findFirst()
                    .orElse(-1);
        }

        @Override
        public String toString() {
            return name();
        }
    }

    List<Workload> workloads() {
        return resources.stream()
                .filter(resource -> WITH_PODS.contains(kind(resource)))
                .map(Workload::new)
                .toList();
    }

    /** Those of saddle's own services. */
    List<Workload> services() {
        return workloads().stream().filter(Workload::isService).toList();
    }

    Workload workload(String name) {
        return workloads().stream()
                .filter(workload -> workload.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    List<JsonNode> ofKind(String kind) {
        return resources.stream()
                .filter(resource -> kind(resource).equals(kind))
                .toList();
    }

    Optional<JsonNode> find(String kind, String name) {
        return ofKind(kind).stream()
                .filter(resource -> name(resource).equals(name))
                .findFirst();
    }

    /** What a workload's container finds in its environment; a placeholder for what comes from a Secret or the pod. */
    Map<String, String> environment(Workload workload) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (JsonNode from : workload.container().path("envFrom")) {
            String name = from.at("/configMapRef/name").asText();
            environment.putAll(strings(find("ConfigMap", name).orElseThrow().path("data")));
        }
        for (JsonNode variable : workload.container().path("env")) {
            environment.put(variable.get("name").asText(), value(variable));
        }
        return environment;
    }

    private String value(JsonNode variable) {
        JsonNode of = variable.at("/valueFrom/configMapKeyRef");
        if (of.isMissingNode()) {
            return variable.path("value").asText("given elsewhere");
        }
        JsonNode map = find("ConfigMap", of.get("name").asText()).orElseThrow();
        return map.path("data").path(of.get("key").asText()).asText();
    }

    static String kind(JsonNode resource) {
        return resource.path("kind").asText();
    }

    static String name(JsonNode resource) {
        return resource.at("/metadata/name").asText();
    }

    static Stream<JsonNode> stream(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false);
    }

    static Map<String, String> strings(JsonNode object) {
        Map<String, String> strings = new LinkedHashMap<>();
        object.properties()
                .forEach(entry -> strings.put(entry.getKey(), entry.getValue().asText()));
        return strings;
    }

    /** Every value of a field of this name, however deep. */
    static List<JsonNode> everywhere(JsonNode node, String field) {
        List<JsonNode> found = new ArrayList<>(node.findValues(field));
        found.removeIf(MissingNode.class::isInstance);
        return found;
    }

    /** Whether a label selector, absent or not, takes pods with these labels. */
    static boolean selects(JsonNode selector, Map<String, String> labels) {
        boolean all = strings(selector.path("matchLabels")).entrySet().stream()
                .allMatch(wanted -> wanted.getValue().equals(labels.get(wanted.getKey())));
        return all
                && stream(selector.path("matchExpressions")).allMatch(expression -> {
                    String value = labels.get(expression.get("key").asText());
                    boolean in = stream(expression.path("values"))
                            .anyMatch(candidate -> candidate.asText().equals(value));
                    return switch (expression.get("operator").asText()) {
                        case "In" -> in;
                        case "NotIn" -> !in;
                        case "Exists" -> value != null;
                        case "DoesNotExist" -> value == null;
                        default -> throw new IllegalArgumentException(expression.toString());
                    };
                });
    }
}
