package io.saddle.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Two ways to the same resources, compared value by value. What each has of its own is left out: the hash that kustomize ends names of
 * ConfigMaps with, the checksum, the labels and the revision by which Helm knows what is its.
 */
final class ManifestComparison {

    private static final Pattern HASHED =
            Pattern.compile("^(cluster|artifacts|kafka-security|registry-security)-[a-z0-9]{10}$");
    private static final Pattern OF_A_REVISION = Pattern.compile("^(setup)-\\d+$");
    private static final List<String> OF_HELM =
            List.of("helm.sh/chart", "helm.sh/resource-policy", "app.kubernetes.io/managed-by", "checksum/settings");

    private ManifestComparison() {}

    /** Kind and name of each, with its values by their paths. */
    static Map<String, Map<String, String>> values(List<JsonNode> resources) {
        Map<String, Map<String, String>> values = new TreeMap<>();
        for (JsonNode resource : resources) {
            Map<String, String> flat = new TreeMap<>();
            flatten(resource, "", flat);
            // Which namespace it goes to, Helm is told.
            flat.remove("/metadata/namespace");
            values.put(Manifests.kind(resource) + " " + flat.get("/metadata/name"), flat);
        }
        return values;
    }

    /** A line for each value in which they differ. */
    static List<String> differences(Map<String, String> kustomize, Map<String, String> helm) {
        TreeSet<String> paths = new TreeSet<>(kustomize.keySet());
        paths.addAll(helm.keySet());
        return paths.stream()
                .filter(path -> !kustomize.getOrDefault(path, "").equals(helm.getOrDefault(path, "")))
                .map(path -> path + ": kustomize has " + kustomize.get(path) + ", the chart " + helm.get(path))
                .toList();
    }

    private static void flatten(JsonNode node, String path, Map<String, String> flat) {
        if (node.isObject()) {
            node.properties().stream()
                    .filter(field -> !OF_HELM.contains(field.getKey()))
                    .forEach(field -> flatten(field.getValue(), path + "/" + field.getKey(), flat));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                flatten(node.get(i), path + "/" + key(node.get(i), i), flat);
            }
        } else {
            flat.put(path, plain(node.asText()));
        }
        if (node.isContainerNode() && node.isEmpty()) {
            flat.put(path, "{}");
        }
    }

    /** The order of what has a name is nobody's business. */
    private static String key(JsonNode element, int index) {
        JsonNode name = element.has("name") ? element.get("name") : element.at("/configMapRef/name");
        return name.isTextual() ? plain(name.asText()) : Integer.toString(index);
    }

    private static String plain(String text) {
        return OF_A_REVISION.matcher(HASHED.matcher(text).replaceAll("$1")).replaceAll("$1");
    }
}
