package io.saddle.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.stack.Distribution;
import io.saddle.stack.testing.TestCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** infra/images/Dockerfile against what the build leaves. */
class DockerfileTest {

    private static final Path ROOT = Distribution.locate().root();

    static List<String> services() {
        return TestCluster.SERVICES;
    }

    static List<String> images() {
        return Stream.concat(TestCluster.SERVICES.stream(), Stream.of("cli", "worker"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("images")
    void whatIsCopiedWasBuiltAndIsNotIgnored(String image) throws IOException {
        DockerIgnore ignore = DockerIgnore.read(ROOT.resolve(".dockerignore"));
        for (Dockerfile.Copy copy : Dockerfile.of(image).copies()) {
            for (String source : copy.sources()) {
                List<Path> files = files(source);
                assertFalse(files.isEmpty(), source + " matches nothing that was built");
                assertTrue(
                        files.stream().anyMatch(file -> !ignore.ignores(ROOT.relativize(file))),
                        source + ": .dockerignore leaves nothing of it");
            }
        }
    }

    /** Without a tag it was "latest", for which no manifest asks. */
    @Test
    void theDocumentBuildsTheImageThatManifestsAskFor() throws IOException {
        List<String> built = Pattern.compile("docker build .* -t (\\S+)")
                .matcher(Files.readString(ROOT.resolve("docs/deployment.md")))
                .results()
                .map(found -> found.group(1))
                .toList();
        List<String> asked = Pattern.compile("name: (saddle/console), newTag: ([^}]+)}")
                .matcher(Files.readString(ROOT.resolve("k8s/base/kustomization.yaml")))
                .results()
                .map(found -> found.group(1) + ":" + found.group(2))
                .toList();
        assertEquals(asked, built);
    }

    @ParameterizedTest
    @MethodSource("services")
    void everyJarOfAServiceIsInItsImageOnceAndLibtorchNotPacked(String service) throws IOException {
        DockerIgnore ignore = DockerIgnore.read(ROOT.resolve(".dockerignore"));
        List<String> copied = new ArrayList<>();
        for (Dockerfile.Copy copy : Dockerfile.of(service).copies()) {
            if (copy.target().endsWith("/lib/main/")) {
                for (String source : copy.sources()) {
                    files(source).stream()
                            .filter(file -> !ignore.ignores(ROOT.relativize(file)))
                            .forEach(file -> copied.add(file.getFileName().toString()));
                }
            }
        }
        List<String> built = files("services/" + service + "/target/quarkus-app/lib/main/").stream()
                .map(file -> file.getFileName().toString())
                .toList();
        assertEquals(built.stream().sorted().toList(), copied.stream().sorted().toList());
        for (Path file : files("infra/images/target/jars/")) {
            assertTrue(Files.size(file) < 10_000, file + " is in the place of libtorch's jar and has only its name");
        }
    }

    @Test
    void whatComputesSharesTheLayerOfLibtorch() {
        Set<List<Dockerfile.Copy>> layers = Stream.of(
                        "primal-trainer", "constraint-evaluator", "fid-evaluator", "worker")
                .map(service -> Dockerfile.of(service).copies().subList(0, 2))
                .collect(Collectors.toSet());
        assertEquals(1, layers.size());
        assertEquals(
                "/opt/libtorch/",
                layers.iterator().next().get(0).target(),
                "before anything that differs between them");
        Stream.of("console", "dual-updater", "cli")
                .forEach(image -> assertTrue(
                        Dockerfile.of(image).copies().stream()
                                .noneMatch(copy -> copy.target().contains("libtorch")),
                        image));
    }

    /** Docker puts into FROM what ARG has said before the first one, and nothing else. */
    @Test
    void whatAStageIsMadeOfIsSaidBeforeTheFirst() throws IOException {
        String text = Files.readString(ROOT.resolve("infra/images/Dockerfile"));
        String before = text.substring(0, text.indexOf("\nFROM "));
        List<String> used = Pattern.compile("(?m)^FROM \\$\\{(\\w+)}")
                .matcher(text)
                .results()
                .map(from -> from.group(1))
                .toList();
        assertEquals(List.of("JRE", "BASE", "FOUNDATION"), used);
        used.forEach(name -> assertTrue(before.contains("\nARG " + name + "="), name));
    }

    @ParameterizedTest
    @MethodSource("images")
    void theProcessIsNobodyImportantAndGetsTheSignals(String image) {
        Dockerfile dockerfile = Dockerfile.of(image);
        assertEquals(List.of("10001:10001"), dockerfile.instructions("USER"));
        assertTrue(dockerfile.instructions("ENTRYPOINT").get(0).startsWith("[\"java\""), "not a shell");
    }

    @ParameterizedTest
    @MethodSource("images")
    void theJvmTakesItsOptions(String image) throws Exception {
        Path options = ROOT.resolve("infra/images/jvm").resolve(image + ".options");
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@" + options,
                        "-XX:+PrintFlagsFinal",
                        "-version")
                .redirectErrorStream(true)
                .start();
        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, java.waitFor(), said);
        assertTrue(
                said.matches("(?s).*ExitOnOutOfMemoryError += true.*"), "a container that is out of memory has to end");
        assertTrue(said.matches("(?s).* MaxRAMPercentage += [3-6]0\\.0.*"), "room for what is not Java's");
    }

    /** A folder's files, or those that a pattern of Go matches; [^x] is [!x] in Java. */
    private static List<Path> files(String source) throws IOException {
        Path path = ROOT.resolve(source.replace("*", "x").replace("^", "!"));
        if (source.endsWith("/")) {
            return Files.isDirectory(ROOT.resolve(source)) ? list(ROOT.resolve(source)) : List.of();
        }
        PathMatcher pattern = FileSystems.getDefault()
                .getPathMatcher("glob:" + ROOT.resolve("x").getParent() + "/" + source.replace("[^", "[!"));
        return list(path.getParent()).stream().filter(pattern::matches).toList();
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return new ArrayList<>(files.collect(Collectors.toCollection(TreeSet::new)));
        }
    }
}
