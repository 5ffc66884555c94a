package io.saddle.kubernetes;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.demo.TinyRun;
import io.saddle.kubernetes.Manifests.Workload;
import io.saddle.stack.Distribution;
import io.saddle.stack.Ports;
import io.saddle.stack.testing.TestCluster;
import io.saddle.tool.ReadOnlyRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Why the trainer has no preStop hook: its container, with the environment, user and file system that the manifest gives it, is
 * told to end as Kubernetes does it, and leaves a checkpoint of its last step within the time that it has.
 */
class EndOfATrainerIT {

    private static final String TRAINER = "primal-trainer";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @BeforeAll
    static void needsKustomizeAndMounts() throws Exception {
        assumeTrue(Kustomize.missing().isEmpty(), () -> Kustomize.missing().orElseThrow());
        Optional<String> missing = ReadOnlyRoot.missing();
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    }

    /** The command's environment, beyond which nothing reaches the container. */
    private static ProcessBuilder container(String mode, Path folder, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(
                        Distribution.locate()
                                .root()
                                .resolve("infra/images/dry-run")
                                .toString(),
                        mode,
                        "service",
                        TRAINER,
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(mode + ".log").toFile());
        builder.environment().keySet().removeIf(name -> name.matches("(SADDLE|QUARKUS|KAFKA)_.*"));
        builder.environment().putAll(environment);
        List<String> kept = new ArrayList<>();
        environment.keySet().forEach(name -> kept.add("^" + name + "="));
        builder.environment().put("KEEP", kept.isEmpty() ? "^$" : String.join("|", kept));
        return builder;
    }

    @Test
    void toldToEndItLeavesACheckpointOfItsLastStep(@TempDir Path folder) throws Exception {
        Manifests dev = Manifests.of("dev");
        Workload workload = dev.workload(TRAINER);
        assertEquals(0, container("layers", folder, Map.of()).start().waitFor());
        try (TestCluster cluster = TestCluster.start("console")) {
            Map<String, String> environment = dev.environment(workload);
            environment.put("KAFKA_BOOTSTRAP_SERVERS", cluster.bootstrapServers());
            environment.put("SADDLE_REGISTRY_URL", cluster.registryUrl());
            environment.put("QUARKUS_HTTP_PORT", Ports.free(1).get(0).toString());
            // It does not live long enough for the second compiler.
            environment.merge(
                    "JDK_JAVA_OPTIONS",
                    "@/opt/saddle/jvm.options -XX:TieredStopAtLevel=1",
                    (given, more) -> given + " -XX:TieredStopAtLevel=1");
            Process trainer = container("start", folder, environment).start();
            try {
                ConsoleClient console = new ConsoleClient(cluster.consoleUrl());
                console.submit(longRun());
                await("the first steps").atMost(PATIENCE).until(() -> {
                    assertTrue(trainer.isAlive(), () -> "it has ended: " + folder.resolve("start.log"));
                    return console.run("long").path("step").asLong() > 20;
                });

                trainer.destroy();
                int grace = workload.pod().get("terminationGracePeriodSeconds").asInt();
                assertTrue(trainer.waitFor(grace, TimeUnit.SECONDS), "it ends within " + grace + " s");

                await("its last word")
                        .atMost(PATIENCE)
                        .until(() -> phase(console).equals("QUEUED"));
                JsonNode run = console.run("long");
                assertEquals(List.of(0L, run.get("step").asLong()), checkpoints(folder), "the first and the last");
            } finally {
                trainer.destroyForcibly();
            }
        }
    }

    private static String phase(ConsoleClient console) {
        return console.run("long").path("phase").asText();
    }

    /** Of which steps there are checkpoints. */
    private static List<Long> checkpoints(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("volumes/artifacts/long/checkpoints"))) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("step-"))
                    .map(name -> Long.parseLong(name.split("-")[1]))
                    .sorted()
                    .toList();
        }
    }

    /** Without constraints nobody is waited for; no checkpoint but the first is due before the end. */
    private static String longRun() throws IOException {
        return TinyRun.withoutConstraints("long")
                .replace("steps: 120", "steps: 1000000")
                .replace("everySteps: 20", "everySteps: 1000000")
                .replace("every: 60", "every: 0");
    }
}
