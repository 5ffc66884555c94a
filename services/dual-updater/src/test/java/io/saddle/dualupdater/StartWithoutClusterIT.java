package io.saddle.dualupdater;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service as a process of its own. */
class StartWithoutClusterIT {

    private static final int CLUSTER_UNAVAILABLE = 3;

    @TempDir
    Path folder;

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void aServiceWhoseClusterStaysAwayEndsWithCode3AndNamesTheSetting() throws Exception {
        String nowhere = "127.0.0.1:" + closedPort();
        Path log = folder.resolve("log");
        Process service = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Dkafka.bootstrap.servers=" + nowhere,
                        "-Dsaddle.start.patience=3S",
                        "-Dsaddle.data.dir=" + folder.resolve("data"),
                        "-Dquarkus.http.port=0",
                        "-jar",
                        Path.of("target/quarkus-app/quarkus-run.jar")
                                .toAbsolutePath()
                                .toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertTrue(service.waitFor(120, TimeUnit.SECONDS), () -> "still runs:\n" + read(log));
            assertEquals(CLUSTER_UNAVAILABLE, service.exitValue(), () -> read(log));
            assertTrue(
                    read(log)
                            .contains("gave up after 3 s: Kafka at " + nowhere
                                    + " (kafka.bootstrap.servers) does not answer"),
                    () -> read(log));
        } finally {
            service.destroyForcibly();
        }
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
