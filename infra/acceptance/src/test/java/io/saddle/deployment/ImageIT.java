package io.saddle.deployment;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddle.cli.connection.ConsoleClient;
import io.saddle.demo.TinyRun;
import io.saddle.stack.Distribution;
import io.saddle.stack.testing.TestCluster;
import io.saddle.tool.ReadOnlyRoot;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images, laid out as infra/images/Dockerfile says and started without an engine: a root file system that cannot be written,
 * no home, no capabilities, libtorch from its own folder.
 */
class ImageIT {

    private static final Path DRY_RUN = Distribution.locate().root().resolve("infra/images/dry-run");
    private static TestCluster cluster;

    @BeforeAll
    static void startBrokerAndConsole() throws Exception {
        Optional<String> missing = ReadOnlyRoot.missing();
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        cluster = TestCluster.start("console");
    }

    @AfterAll
    static void endEverything() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void theTrainerTrainsWithoutWritingAnywhereButInItsVolumes(@TempDir Path folder) throws Exception {
        run(command("layers", "service", "primal-trainer", folder), Map.of(), folder.resolve("layers.log"));
        int port = freePort();
        Map<String, String> environment = Map.of(
                "KEEP",
                "^(KAFKA|SADDLE|QUARKUS)_",
                "KAFKA_BOOTSTRAP_SERVERS",
                cluster.bootstrapServers(),
                "SADDLE_REGISTRY_URL",
                cluster.registryUrl(),
                "SADDLE_ARTIFACTS_ROOT",
                "file:/artifacts",
                "SADDLE_DATA_DIR",
                "/data",
                "QUARKUS_HTTP_PORT",
                Integer.toString(port));
        Path log = folder.resolve("trainer.log");
        Process trainer = start(command("start", "service", "primal-trainer", folder), environment, log);
        try {
            ConsoleClient console = new ConsoleClient(cluster.consoleUrl());
            console.submit(TinyRun.withoutConstraints("imaged"));
            await("the run of " + log)
                    .atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> {
                        assertTrue(trainer.isAlive(), () -> text(log));
                        return console.run("imaged").path("phase").asText().equals("COMPLETED");
                    });
            List<String> status = Files.readAllLines(Path.of("/proc", Long.toString(trainer.pid()), "status"));
            assertTrue(status.contains("CapEff:\t0000000000000000"), status::toString);
            assertTrue(status.stream().anyMatch(line -> line.matches("Uid:(\t10001){4}")), status::toString);
            assertEquals(0, HealthProbe.exitCode(port), "ready");
            assertNotEquals(0, HealthProbe.exitCode(freePort()), "nobody there");
        } finally {
            trainer.destroy();
            assertTrue(trainer.waitFor(60, TimeUnit.SECONDS), "it ends by itself when it is told to");
        }
        try (Stream<Path> models = Files.walk(folder.resolve("volumes/artifacts"))) {
            assertTrue(models.anyMatch(file -> file.toString().endsWith(".safetensors")));
        }
    }

    @Test
    void theSetUpNeedsNoLibtorch(@TempDir Path folder) throws Exception {
        run(command("layers", "cli", "cli", folder), Map.of(), folder.resolve("layers.log"));
        List<String> command = new ArrayList<>(command("start", "cli", "cli", folder));
        command.addAll(List.of(
                "setup",
                "--bootstrap=" + cluster.bootstrapServers(),
                "--registry=" + cluster.registryUrl(),
                "--replication=1"));
        String said =
                run(command, Map.of("KEEP", "^SADDLE_HOME", "SADDLE_HOME", "/tmp/saddle"), folder.resolve("cli.log"));
        assertTrue(said.contains("topics: 0 created, 20 in all"), said);
    }

    private static List<String> command(String mode, String stage, String service, Path folder) {
        return List.of(DRY_RUN.toString(), mode, stage, service, folder.toString());
    }

    private static String run(List<String> command, Map<String, String> environment, Path log) throws Exception {
        int code = start(command, environment, log).waitFor();
        assertEquals(0, code, () -> text(log));
        return text(log);
    }

    private static Process start(List<String> command, Map<String, String> environment, Path log) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("SADDLE_"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
