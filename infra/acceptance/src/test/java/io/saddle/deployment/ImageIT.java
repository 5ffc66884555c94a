package io.saddle.deployment;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddle.cli.connection.ConsoleClient;
import io.saddle.demo.TinyRun;
import io.saddle.kafka.KafkaSettings;
import io.saddle.lab.report.FollowedRun;
import io.saddle.lab.report.RunFeed;
import io.saddle.schema.ClassFrequency;
import io.saddle.schema.RunPhase;
import io.saddle.stack.Distribution;
import io.saddle.stack.Ports;
import io.saddle.stack.testing.TestCluster;
import io.saddle.tool.ReadOnlyRoot;
import io.saddle.topic.Topics;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
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
    private static final String RUN = "imaged";
    private static final int CLASSES_IMAGES = 60;

    /** Of a data set in the store; nothing else is mounted. */
    private static final String SPECIFICATION = """
            name: imaged
            data: {dataset: shapes, where: {split: train}}
            model:
              unet:
                block_out_channels: [8, 16]
                down_block_types: [DownBlock2D, DownBlock2D]
                up_block_types: [UpBlock2D, UpBlock2D]
                layers_per_block: 1
                norm_num_groups: 4
            training: {steps: 20, batchSize: 16, warmupSteps: 5}
            dual: {mode: LOCKSTEP, primalSteps: 5, learningRate: 0.5}
            constraints:
              - id: discs
                threshold: 0.5
                evaluationSamples: 32
                data: {where: {class: disc}}
                evaluationData: {where: {split: test}}
            evaluation: {every: 0, finalImages: 64, samplerSteps: 5, gridImages: 4}
            """;

    private static final Map<String, String> STORE =
            Map.of("SADDLE_ARTIFACTS_ROOT", "file:/artifacts", "SADDLE_DATA_ROOTS", "/import");

    private static TestCluster cluster;

    @BeforeAll
    static void startBroker() throws Exception {
        Optional<String> missing = ReadOnlyRoot.missing();
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        cluster = TestCluster.start();
    }

    @AfterAll
    static void endEverything() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void aRunOnAnImportedDataSetIsTrainedAndJudgedWithoutWritingAnywhereButInVolumes(@TempDir Path folder)
            throws Exception {
        importShapes(folder);
        Map<String, Container> containers = new LinkedHashMap<>();
        try {
            for (String service : TestCluster.SERVICES) {
                containers.put(service, start(service, folder));
            }
            FollowedRun run = new FollowedRun();
            try (RunFeed feed = new RunFeed(
                    new KafkaSettings(cluster.bootstrapServers(), cluster.registryUrl()), Map.of(RUN, run))) {
                int console = containers.get("console").port();
                await("the console")
                        .atMost(Duration.ofMinutes(2))
                        .until(() -> allLive(containers) && HealthProbe.exitCode(console) == 0);
                new ConsoleClient("http://127.0.0.1:" + console).submit(SPECIFICATION);
                await("the run of " + folder)
                        .atMost(Duration.ofMinutes(3))
                        .pollInterval(Duration.ofSeconds(1))
                        .until(() -> allLive(containers)
                                && TinyRun.phase(run) == RunPhase.COMPLETED
                                && run.finalScore().isPresent());
            }
            assertEquals(
                    List.of("disc", "stripes"),
                    run.finalScore().orElseThrow().getClassFrequencies().stream()
                            .map(ClassFrequency::getName)
                            .toList());
            assertFalse(run.multipliers().isEmpty());
            Container trainer = containers.get("primal-trainer");
            List<String> status = Files.readAllLines(
                    Path.of("/proc", Long.toString(trainer.process().pid()), "status"));
            assertTrue(status.contains("CapEff:\t0000000000000000"), status::toString);
            assertTrue(status.stream().anyMatch(line -> line.matches("Uid:(\t10001){4}")), status::toString);
            assertEquals(0, HealthProbe.exitCode(trainer.port()), "ready");
            assertNotEquals(0, HealthProbe.exitCode(Ports.free(1).get(0)), "nobody there");
        } finally {
            containers.values().forEach(container -> container.process().destroy());
            for (Map.Entry<String, Container> container : containers.entrySet()) {
                assertTrue(
                        container.getValue().process().waitFor(60, TimeUnit.SECONDS),
                        container.getKey() + " ends by itself when it is told to");
            }
        }
        try (Stream<Path> models = Files.walk(store(folder))) {
            assertTrue(models.anyMatch(file -> file.toString().endsWith(".safetensors")));
        }
    }

    /** A started image, which answers on this port. */
    private record Container(Process process, int port, Path log) {}

    private static boolean allLive(Map<String, Container> containers) {
        containers
                .values()
                .forEach(container -> assertTrue(container.process().isAlive(), () -> text(container.log())));
        return true;
    }

    /** The volume that all have. */
    private static Path store(Path folder) {
        return folder.resolve("artifacts");
    }

    private static Container start(String service, Path folder) throws Exception {
        Path own = container(service, folder);
        run(command("layers", "service", service, own), Map.of(), own.resolve("layers.log"));
        int port = Ports.free(1).get(0);
        Map<String, String> environment = new HashMap<>(Map.of(
                "KEEP",
                "^(KAFKA|SADDLE|QUARKUS|JDK)_",
                // None lives long enough for the second compiler.
                "JDK_JAVA_OPTIONS",
                "@/opt/saddle/jvm.options -XX:TieredStopAtLevel=1",
                "KAFKA_BOOTSTRAP_SERVERS",
                cluster.bootstrapServers(),
                "SADDLE_REGISTRY_URL",
                cluster.registryUrl(),
                "SADDLE_DATA_DIR",
                "/data",
                "QUARKUS_HTTP_PORT",
                Integer.toString(port)));
        if (!service.equals("dual-updater")) {
            environment.putAll(STORE);
        }
        if (service.endsWith("-evaluator")) {
            environment.put("SADDLE_CLASSIFIERS_DIR", "/artifacts/classifiers");
        }
        if (service.equals("console")) {
            // There nobody is asked for a password; and as Compose and Kubernetes mount its store.
            environment.putAll(Map.of("QUARKUS_HTTP_HOST", "127.0.0.1", "ARTIFACTS", "ro"));
            environment.remove("SADDLE_DATA_DIR");
        }
        Path log = own.resolve("container.log");
        return new Container(start(command("start", "service", service, own), environment, log), port, log);
    }

    /** A container's folder, whose volume for artifacts is the one of all. */
    private static Path container(String name, Path folder) throws IOException {
        Path own = Files.createDirectories(folder.resolve(name));
        Files.createDirectories(own.resolve("volumes"));
        Files.createSymbolicLink(own.resolve("volumes/artifacts"), Files.createDirectories(store(folder)));
        return own;
    }

    /** As an operator does, with the command line's image: two classes in a folder each, apart for training and for tests. */
    private static void importShapes(Path folder) throws Exception {
        Path own = container("cli", folder);
        for (int i = 0; i < 2 * CLASSES_IMAGES; i++) {
            boolean disc = i % 2 == 0;
            Path pictures = own.resolve(
                    "volumes/data/pictures/" + (i % 4 < 2 ? "train" : "test") + "/" + (disc ? "disc" : "stripes"));
            Files.createDirectories(pictures);
            ImageIO.write(shape(disc, i), "png", pictures.resolve(i + ".png").toFile());
        }
        run(command("layers", "cli", "cli", own), Map.of(), own.resolve("layers.log"));
        List<String> command = new ArrayList<>(command("start", "cli", "cli", own));
        command.addAll(List.of("data", "import", "/data/pictures", "--name", "shapes"));
        Map<String, String> environment = new HashMap<>(STORE);
        environment.putAll(Map.of("KEEP", "^SADDLE_", "SADDLE_HOME", "/tmp/saddle"));
        String said = run(command, environment, own.resolve("cli.log"));
        assertTrue(said.contains("shapes, version 1: " + 2 * CLASSES_IMAGES + " images, 1x28x28"), said);
    }

    private static BufferedImage shape(boolean disc, int number) {
        BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
        int radius = 6 + number % 5;
        for (int y = 0; y < 28; y++) {
            for (int x = 0; x < 28; x++) {
                boolean ink = disc ? Math.hypot(x - 13.5, y - 13.5) < radius : (x + number) / 4 % 2 == 0;
                image.getRaster().setSample(x, y, 0, ink ? 255 : 0);
            }
        }
        return image;
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
        assertTrue(said.contains("topics: 0 created, " + 2 * Topics.all().size() + " in all"), said);
    }

    /** What a task computes with is there, and whoever watches over its container gets an answer. */
    @Test
    void aWorkerHasLibtorchAnswersProbesAndLeavesWhenItIsTold(@TempDir Path folder) throws Exception {
        Path own = container("worker", folder);
        run(command("layers", "worker", "worker", own), Map.of(), own.resolve("layers.log"));
        Map<String, String> environment = new HashMap<>(STORE);
        environment.putAll(Map.of("KEEP", "^SADDLE_", "SADDLE_HOME", "/data"));
        List<String> addresses =
                List.of("--bootstrap=" + cluster.bootstrapServers(), "--registry=" + cluster.registryUrl());

        List<String> doctor = new ArrayList<>(command("start", "worker", "worker", own));
        doctor.add("doctor");
        doctor.addAll(addresses);
        start(doctor, environment, own.resolve("doctor.log")).waitFor();
        String said = text(own.resolve("doctor.log"));
        List<String> failed =
                said.lines().filter(line -> line.startsWith("FAILED")).toList();
        assertEquals(1, failed.size(), said);
        assertTrue(
                failed.get(0).contains("dual updater"),
                () -> "no service runs here, and nothing else is wrong: " + said);
        assertTrue(said.lines().anyMatch(line -> line.startsWith("OK") && line.contains("libtorch")), said);
        assertTrue(said.lines().anyMatch(line -> line.startsWith("OK") && line.contains("store ")), said);

        int port = Ports.free(1).get(0);
        List<String> worker = new ArrayList<>(command("start", "worker", "worker", own));
        worker.addAll(List.of("worker", "--health=127.0.0.1:" + port));
        worker.addAll(addresses);
        Process process = start(worker, environment, own.resolve("worker.log"));
        try {
            await("the worker").atMost(Duration.ofMinutes(2)).until(() -> {
                assertTrue(process.isAlive(), () -> text(own.resolve("worker.log")));
                return HealthProbe.exitCode(port) == 0;
            });
        } finally {
            process.destroy();
        }
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it ends by itself when it is told to");
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
}
