package io.saddle.tool;

import io.saddle.stack.Distribution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** The registry as its image runs it: the same program, the same environment, on a Java of its own. */
public final class RegistryImage {

    private static final int JAVA = 21;

    private RegistryImage() {}

    private static Path program() {
        return Distribution.locate().root().resolve("infra/acceptance/target/registry-image/quarkus-run.jar");
    }

    /** Why it cannot be started here; empty if it can. */
    public static Optional<String> missing() {
        if (!Files.exists(program())) {
            return Optional.of("the registry of the images was not tested: the build has no -Dregistry-image");
        }
        return java().isPresent()
                ? Optional.empty()
                : Optional.of("the registry of the images was not tested: no JDK of " + JAVA + " or later is beside "
                        + System.getProperty("java.home"));
    }

    /** A JDK that lies beside the one that runs this. */
    private static Optional<Path> java() {
        try (Stream<Path> folders =
                Files.list(Path.of(System.getProperty("java.home")).getParent())) {
            return folders.filter(folder -> version(folder) >= JAVA)
                    .map(folder -> folder.resolve("bin/java"))
                    .filter(Files::isExecutable)
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int version(Path folder) {
        Properties release = new Properties();
        try (var reader = Files.newBufferedReader(folder.resolve("release"))) {
            release.load(reader);
        } catch (IOException notJava) {
            return 0;
        }
        return Integer.parseInt(
                release.getProperty("JAVA_VERSION", "0").replace("\"", "").split("[.]")[0]);
    }

    /**
     * @param environment all that its container has
     * @param log what it says
     */
    public static Process start(Map<String, String> environment, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        java().orElseThrow().toString(), "-jar", program().toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }
}
