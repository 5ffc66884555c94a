package io.saddle.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddle.stack.AccessSetup;
import io.saddle.stack.Distribution;
import io.saddle.stack.Ports;
import io.saddle.stack.security.SecurityFolder;
import java.io.IOException;
import java.io.Reader;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The broker of docker-compose.yml without its image: Kafka's own class, which the image starts with, turns the container's
 * environment into a configuration and formats the disk; then that version of Kafka runs with it.
 */
class ComposeBrokerIT {

    private static final Path ROOT = Distribution.locate().root();
    private static final String PREFIX = "saddle.kafka.";

    @TempDir
    private Path folder;

    private final Map<String, String> ports = new TreeMap<>();

    @BeforeAll
    static void needCompose() {
        assumeTrue(Compose.missing().isEmpty(), Compose.missing().orElse(""));
    }

    @Test
    void aPlainBrokerAnswersAnyClient() throws Exception {
        Process broker = start("plain", ROOT.resolve("infra/compose/plain"));
        try {
            awaitNodes(broker, client(ROOT.resolve("infra/compose/plain/users/admin.properties")));
        } finally {
            end(broker);
        }
    }

    @Test
    void aSecuredBrokerAnswersOnlyWhoHasAName() throws Exception {
        Path secrets = folder.resolve("secrets");
        SecurityFolder security = SecurityFolder.at(secrets).seenAs(Path.of("/run/secrets"));
        security.make(List.of("kafka", "localhost"));
        Path file = security.userFile("primal-trainer");
        Process broker = start("secured", secrets);
        try {
            Map<String, Object> loopback = Map.of("bootstrap.servers", "127.0.0.1:" + ports.get("9094"));
            awaitNodes(broker, loopback);
            Throwable refused = assertThrows(ExecutionException.class, () -> nodes(client(file)))
                    .getCause();
            assertInstanceOf(SaslAuthenticationException.class, refused, "nobody is known yet");
            try (Admin admin = Admin.create(loopback)) {
                new AccessSetup(admin, security.userFiles()).run();
            }
            awaitNodes(broker, client(file));
            try (Admin trainer = Admin.create(client(file))) {
                ExecutionException mayNot = assertThrows(
                        ExecutionException.class,
                        () -> trainer.createTopics(List.of(new NewTopic("saddle.runs", 1, (short) 1)))
                                .all()
                                .get());
                assertInstanceOf(AuthorizationException.class, mayNot.getCause());
            }

            Map<String, Object> nobody = client(file);
            nobody.put("security.protocol", "PLAINTEXT");
            nobody.put("default.api.timeout.ms", 3000);
            nobody.put("request.timeout.ms", 2000);
            assertThrows(ExecutionException.class, () -> nodes(nobody));
        } finally {
            end(broker);
        }
    }

    /** The container's environment with this machine's addresses and folders. */
    private Process start(String security, Path secrets) throws Exception {
        Iterator<Integer> free = Ports.free(3).iterator();
        for (String port : List.of("9092", "9093", "9094")) {
            ports.put(port, free.next().toString());
        }
        Map<String, String> environment = Compose.environment(
                Compose.config("SADDLE_SECURITY", security).path("services").path("kafka"));
        environment.replaceAll((name, value) -> {
            for (Map.Entry<String, String> port : ports.entrySet()) {
                value = value.replace(":" + port.getKey(), ":" + port.getValue());
            }
            return value.replace("://kafka:", "://localhost:")
                    .replace("/var/lib/kafka/data", folder.resolve("data").toString())
                    .replace("/run/secrets", secrets.toString());
        });
        List<String> setup = java("kafka.docker.KafkaDockerWrapper", "setup");
        for (String option : List.of("-D", "-M", "-F")) {
            setup.addAll(List.of(
                    option, Files.createDirectories(folder.resolve(option)).toString()));
        }
        run(setup, environment);
        Path configuration = folder.resolve("-F/server.properties");
        assertEquals(Set.of(), unknown(configuration), "not settings of a broker");
        return new ProcessBuilder(java("kafka.Kafka", configuration.toString()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("broker.log").toFile())
                .start();
    }

    /** A broker takes what it does not know without a word. */
    private static Set<String> unknown(Path configuration) throws Exception {
        Properties given = read(configuration);
        Set<String> names = new TreeSet<>(given.stringPropertyNames());
        names.removeIf(name -> name.startsWith("listener.name."));
        // The authorizer's.
        names.remove("super.users");
        List<URL> jars = new ArrayList<>();
        try (var files = Files.list(ROOT.resolve("infra/broker/target/lib"))) {
            for (Path jar : files.toList()) {
                jars.add(jar.toUri().toURL());
            }
        }
        try (var loader = new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Class<?> settings = loader.loadClass("org.apache.kafka.server.config.AbstractKafkaConfig");
            Object known = settings.getField("CONFIG_DEF").get(null);
            names.removeAll((Set<?>) known.getClass().getMethod("names").invoke(known));
        }
        return names;
    }

    private Map<String, Object> client(Path file) throws IOException {
        Map<String, Object> client = new TreeMap<>();
        read(file)
                .forEach((key, value) -> client.put(
                        key.toString().substring(PREFIX.length()),
                        value.toString()
                                .replace(
                                        "/run/secrets",
                                        file.getParent().getParent().toString())));
        client.put("bootstrap.servers", "localhost:" + ports.get("9092"));
        return client;
    }

    private static Properties read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return properties;
    }

    private static int nodes(Map<String, Object> client) throws Exception {
        try (Admin admin = Admin.create(client)) {
            return admin.describeCluster().nodes().get().size();
        }
    }

    private void awaitNodes(Process broker, Map<String, Object> client) throws IOException {
        Map<String, Object> quick = new TreeMap<>(client);
        quick.put("default.api.timeout.ms", 3000);
        quick.put("request.timeout.ms", 2000);
        try {
            Awaitility.await("the broker")
                    .atMost(Duration.ofMinutes(1))
                    .ignoreExceptions()
                    .failFast("it has ended", () -> !broker.isAlive())
                    .until(() -> nodes(quick) == 1);
        } catch (ConditionTimeoutException | TerminalFailureException e) {
            // The folder goes with the test.
            throw new AssertionError(e.getMessage() + ": " + Files.readString(folder.resolve("broker.log")), e);
        }
    }

    private static List<String> java(String mainClass, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                ROOT.resolve("infra/broker/target/lib") + "/*",
                mainClass));
        command.addAll(List.of(arguments));
        return command;
    }

    private void run(List<String> command, Map<String, String> environment) throws Exception {
        Path log = folder.resolve("command.log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        assertEquals(0, builder.start().waitFor(), Files.readString(log));
    }

    private static void end(Process broker) throws InterruptedException {
        broker.destroy();
        assertTrue(broker.waitFor(60, TimeUnit.SECONDS));
    }
}
