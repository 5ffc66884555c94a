package io.saddle.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.stack.Distribution;
import io.saddle.tool.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The real kustomize. */
final class Kustomize {

    private static final Tool PROGRAM = new Tool("kustomize", "usr/bin/kustomize", "what the Kubernetes manifests say");
    private static final YAMLMapper YAML = new YAMLMapper();

    private Kustomize() {}

    /** Where the manifests lie. */
    static Path folder() {
        return Distribution.locate().root().resolve("k8s");
    }

    /** Every overlay's name. */
    static List<String> overlays() {
        try (Stream<Path> folders = Files.list(folder().resolve("overlays"))) {
            return folders.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Why nothing can be built here; empty if it can. */
    static Optional<String> missing() {
        return PROGRAM.missing();
    }

    /** The resources of an overlay; fails with what kustomize says if it cannot be built. */
    static List<JsonNode> build(String overlay) {
        return build(overlay, folder().resolve("overlays").resolve(overlay));
    }

    /** The resources of an overlay with a component. */
    static List<JsonNode> build(String overlay, String component) {
        try {
            // Kustomize takes no absolute paths.
            Path folder = Files.createTempDirectory("kustomize").toRealPath();
            Path file = folder.resolve("kustomization.yaml");
            try {
                Files.writeString(file, """
                        apiVersion: kustomize.config.k8s.io/v1beta1
                        kind: Kustomization
                        resources: [%s]
                        components: [%s]
                        """.formatted(
                                folder.relativize(folder().toRealPath().resolve("overlays/" + overlay)),
                                folder.relativize(folder().toRealPath().resolve("components/" + component))));
                return build(overlay + " with " + component, folder);
            } finally {
                Files.delete(file);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The resources of an overlay from whose list of components one was taken out, as README.md has people do it. */
    static List<JsonNode> buildWithout(String overlay, String component) {
        try {
            Path copy = Files.createTempDirectory("kustomize").toRealPath();
            try {
                copy(folder(), copy);
                Path file = copy.resolve("overlays").resolve(overlay).resolve("kustomization.yaml");
                String all = Files.readString(file);
                String without = all.replaceFirst("(?m)^  - (?:\\S*/)?" + component + "\\n", "");
                if (without.equals(all)) {
                    throw new AssertionError(overlay + " has no component " + component);
                }
                Files.writeString(file, without);
                return build(overlay + " without " + component, file.getParent());
            } finally {
                delete(copy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path place = to.resolve(from.relativize(file).toString());
                Files.createDirectories(place.getParent());
                Files.copy(file, place);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static List<JsonNode> build(String name, Path kustomization) {
        try {
            Path out = Files.createTempFile("kustomize", ".yaml");
            Path err = Files.createTempFile("kustomize", ".err");
            try {
                Process process = new ProcessBuilder(PROGRAM.path(), "build", kustomization.toString())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
                int code = process.waitFor();
                String said = Files.readString(err, StandardCharsets.UTF_8);
                if (code != 0 || !said.isBlank()) {
                    throw new AssertionError("kustomize build " + name + ":\n" + said);
                }
                return YAML.readerFor(JsonNode.class)
                        .<JsonNode>readValues(out.toFile())
                        .readAll();
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
