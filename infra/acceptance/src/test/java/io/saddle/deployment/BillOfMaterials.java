package io.saddle.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Bill of materials of an image, in CycloneDX's JSON: its libraries and their licences. */
record BillOfMaterials(List<Library> libraries) {

    /**
     * One library.
     *
     * @param licences names of those of which one can be chosen
     */
    record Library(String group, String name, String version, Set<String> licences) {

        boolean isOfFile(String jar) {
            return Stream.of(name + "-" + version, group + "." + name + "-" + version)
                    .anyMatch(start -> jar.equals(start + ".jar") || jar.startsWith(start + "-"));
        }
    }

    static BillOfMaterials read(Path file) throws IOException {
        return new BillOfMaterials(
                stream(new ObjectMapper().readTree(file.toFile()).path("components"))
                        .map(BillOfMaterials::library)
                        .toList());
    }

    private static Library library(JsonNode component) {
        return new Library(
                component.path("group").asText(),
                component.path("name").asText(),
                component.path("version").asText(),
                stream(component.path("licenses")).map(BillOfMaterials::licence).collect(Collectors.toSet()));
    }

    private static String licence(JsonNode choice) {
        return Stream.of(choice.path("expression"), choice.at("/license/id"), choice.at("/license/name"))
                .filter(JsonNode::isTextual)
                .findFirst()
                .map(JsonNode::asText)
                .orElse("none");
    }

    Optional<Library> ofFile(String jar) {
        return libraries.stream().filter(library -> library.isOfFile(jar)).findFirst();
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
