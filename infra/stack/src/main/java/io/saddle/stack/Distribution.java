package io.saddle.stack;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The built project on disk: where the programs of the child processes lie.
 *
 * @param root the project's folder
 */
public record Distribution(Path root) {

    /** System property that names the project's folder; without it, it is looked for. */
    public static final String PROPERTY = "saddle.home.dist";

    private static final String REGISTRY = "infra/stack/target/registry";

    /**
     * Looks upwards from where this class was loaded, then from the working folder, so that it is found from any module.
     *
     * @throws StackException if it is not found or not built
     */
    public static Distribution locate() {
        String given = System.getProperty(PROPERTY);
        if (given != null) {
            return new Distribution(Path.of(given).toAbsolutePath().normalize());
        }
        return Stream.of(codeSource(), Optional.of(Path.of("").toAbsolutePath()))
                .flatMap(Optional::stream)
                .map(Distribution::above)
                .flatMap(Optional::stream)
                .findFirst()
                .map(Distribution::new)
                .orElseThrow(() -> new StackException("the built project is not found (no folder above has " + REGISTRY
                        + "): build it with 'mvn package', or name its folder with -D" + PROPERTY + "=..."));
    }

    private static Optional<Path> above(Path start) {
        return Stream.iterate(start, Objects::nonNull, Path::getParent)
                .filter(folder -> Files.isDirectory(folder.resolve(REGISTRY)))
                .findFirst();
    }

    private static Optional<Path> codeSource() {
        CodeSource source = Distribution.class.getProtectionDomain().getCodeSource();
        try {
            return source == null || source.getLocation() == null
                    ? Optional.empty()
                    : Optional.of(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /** A run that is shipped, for example {@code mnist-minority.yaml}. */
    public Path example(String file) {
        return examples().resolve(file);
    }

    /** The folder of all of them. */
    public Path examples() {
        return root.resolve("infra/examples");
    }

    /** Class path of the broker and of the leash. */
    List<Path> brokerClassPath() {
        return List.of(brokerClasses(), root.resolve("infra/broker/target/lib/*"));
    }

    Path brokerClasses() {
        return built(root.resolve("infra/broker/target/classes"));
    }

    /** The schema registry's jar; its manifest names the rest of its class path. */
    Path registryJar() {
        Path folder = built(root.resolve(REGISTRY));
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*-runner.jar")) {
            for (Path jar : jars) {
                return jar;
            }
        } catch (IOException e) {
            throw new StackException(folder + " cannot be read", e);
        }
        return built(folder.resolve("apicurio-registry-app-runner.jar"));
    }

    /** The jar of a packaged service. */
    Path serviceJar(String service) {
        return built(root.resolve("services").resolve(service).resolve("target/quarkus-app/quarkus-run.jar"));
    }

    /** Flags of a service's JVM wherever it runs, as an argument file of {@code java}. */
    Path jvmOptions(String service) {
        return root.resolve("infra/images/jvm").resolve(service + ".options");
    }

    private static Path built(Path path) {
        if (!Files.exists(path)) {
            throw new StackException(path + " is missing: build the project with 'mvn package -DskipTests'");
        }
        return path;
    }
}
