package io.saddle.tool;

import static org.awaitility.Awaitility.await;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.saddle.stack.Distribution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The registry as its image runs it: the same program, the same environment, on a Java of its own. */
public final class RegistryImage implements AutoCloseable {

    private static final int JAVA = 21;

    private final Process process;
    private final Path log;

    private RegistryImage(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

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
     * Starts it, and returns when it answers.
     *
     * @param environment all that its container has
     * @param log what it says
     * @param client of somebody who may read
     */
    public static RegistryImage start(Map<String, String> environment, Path log, SchemaRegistryClient client)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        java().orElseThrow().toString(), "-jar", program().toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        RegistryImage started = new RegistryImage(builder.start(), log);
        try {
            started.awaitAnswer(client);
            return started;
        } catch (RuntimeException | Error e) {
            started.close();
            throw e;
        }
    }

    private void awaitAnswer(SchemaRegistryClient client) {
        await("the registry")
                .atMost(Duration.ofMinutes(2))
                .ignoreExceptionsInstanceOf(Exception.class)
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("it has ended: " + Files.readString(log));
                    }
                    return client.getAllSubjects() != null;
                });
    }

    /** Ends it as kill -9 does. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }
}
