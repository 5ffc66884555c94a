package io.saddle.artifact.server;

import io.saddle.artifact.DurableFiles;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * A real S3 server (S3Proxy over a folder) in a JVM of its own: it checks signatures and digests. Its objects are files, so that
 * tests can damage and age them.
 */
public final class S3Server implements AutoCloseable {

    public static final String BUCKET = "artifacts";
    public static final String ACCESS_KEY = "tester";
    public static final String SECRET_KEY = "not-to-be-shown";

    private static final Path JAR = Path.of("target", "s3-server", "s3proxy.jar");

    private final Path folder;
    private final int port;
    private final Process process;

    private S3Server(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    private static final class Shared {
        private static final S3Server SERVER = startIn(temporaryFolder());

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(SERVER::remove));
        }
    }

    /** One for all tests of this JVM, each of which is to take a prefix of its own. */
    public static S3Server shared() {
        return Shared.SERVER;
    }

    /** Returns when it answers: 1 to 2 s. The bucket {@value #BUCKET} is there. */
    public static S3Server startIn(Path folder) {
        try {
            return startIn(folder, freePort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another one on the port and folder of this, which was closed. */
    public S3Server again() {
        return startIn(folder, port);
    }

    private static S3Server startIn(Path folder, int port) {
        try {
            Files.createDirectories(folder.resolve("buckets").resolve(BUCKET));
            Path settings = folder.resolve("s3proxy.properties");
            Files.write(
                    settings,
                    List.of(
                            "s3proxy.endpoint=http://127.0.0.1:" + port,
                            "s3proxy.authorization=aws-v4",
                            "s3proxy.identity=" + ACCESS_KEY,
                            "s3proxy.credential=" + SECRET_KEY,
                            "jclouds.provider=filesystem-nio2",
                            "jclouds.filesystem.basedir=" + folder.resolve("buckets")));
            ProcessBuilder command = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:TieredStopAtLevel=1",
                    "-jar",
                    JAR.toAbsolutePath().toString(),
                    "--properties",
                    settings.toString());
            command.environment().put("LOG_LEVEL", "error");
            File log = folder.resolve("server.log").toFile();
            Process process =
                    command.redirectErrorStream(true).redirectOutput(log).start();
            S3Server server = new S3Server(folder, port, process);
            Awaitility.await("an S3 server, see " + log)
                    .atMost(Duration.ofSeconds(60))
                    .until(server::answers);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean answers() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the S3 server has ended, see " + folder.resolve("server.log"));
        }
        try (Socket connection = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return connection.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("saddle-s3");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Where a key's bytes lie. */
    public Path file(String key) {
        return folder.resolve("buckets").resolve(BUCKET).resolve(key);
    }

    /**
     * What a store on this server is configured with, by setting.
     *
     * @param prefix within the bucket
     * @param cache a local folder
     */
    public Map<String, String> settings(String prefix, Path cache) {
        return Map.of(
                "saddle.artifacts.root",
                "s3://" + BUCKET + "/" + prefix,
                "saddle.artifacts.s3.endpoint",
                endpoint().toString(),
                "saddle.artifacts.s3.access-key",
                ACCESS_KEY,
                "saddle.artifacts.s3.secret-key",
                SECRET_KEY,
                "saddle.artifacts.cache.dir",
                cache.toString());
    }

    private void remove() {
        close();
        try {
            DurableFiles.deleteTree(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As kill -9. */
    @Override
    public void close() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
