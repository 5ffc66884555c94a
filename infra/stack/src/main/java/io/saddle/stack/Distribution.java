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

    /** Class path of the broker. Jars only: a JVM shares no class data with a folder on its class path. */
    List<Path> brokerClassPath() {
        return Stream.concat(Stream.of(leashJar()), jars(root.resolve("infra/broker/target/lib")))
                .toList();
    }

    /** The broker's jar, which has the leash as well. */
    Path leashJar() {
        return built(root.resolve("infra/broker/target/saddle-broker.jar"));
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

    /**
     * Class path of a packaged service. Quarkus's runner has a class loader of its own, whose classes a JVM shares less of: the
     * same jars, those that Quarkus made before those that they replace classes of, start a third faster.
     */
    List<Path> serviceClassPath(String service) {
        Path app = built(root.resolve("services").resolve(service).resolve("target/quarkus-app/quarkus-run.jar"))
                .getParent();
        Stream<Path> made = Stream.of("transformed-bytecode.jar", "generated-bytecode.jar")
                .map(app.resolve("quarkus")::resolve)
                .filter(Files::exists);
        return Stream.concat(
                        made,
                        Stream.of("app", "lib/boot", "lib/main")
                                .map(app::resolve)
                                .flatMap(Distribution::jars))
                .toList();
    }

    /** The folder of the archives of {@link StartupArchives}. */
    Path startupArchives() {
        return root.resolve("infra/stack/target/startup");
    }

    /** A folder's jars, always in the same order: shared class data belong to one class path. */
    private static Stream<Path> jars(Path folder) {
        try (Stream<Path> files = Files.list(built(folder))) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList().stream();
        } catch (IOException e) {
            throw new StackException(folder + " cannot be read", e);
        }
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
