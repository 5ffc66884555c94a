package io.saddle.security;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.Saddle;
import io.saddle.cli.backup.BackupException;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.terminal.CommandException;
import io.saddle.demo.TinyRun;
import io.saddle.kafka.KafkaSettings;
import io.saddle.lab.report.FollowedRun;
import io.saddle.lab.report.RunFeed;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.AccessRules;
import io.saddle.topic.DeadLetterHeaders;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All five services over a Kafka and a registry that are encrypted, ask who somebody is, and allow only what is granted. They start
 * on what a backup brought from another cluster, with another artifact store, that was not secured.
 */
class SecuredLoopIT {

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final long STEPS = 60;
    private static final Pattern SECRET = Pattern.compile("(?:password=|password=\")([A-Za-z0-9_.-]{20,})");

    private static final byte[] GARBAGE = "this is not Avro".getBytes();

    private static MovedRun moved;
    private static TestCluster cluster;

    @BeforeAll
    static void startEverything(@TempDir Path folder) throws Exception {
        moved = MovedRun.backedUpIn(folder.resolve("backup"));
        cluster = TestCluster.startSecured();
        moved.restoreInto(cluster);
        moved.assertIsUnderWayIn(cluster);
        cluster.restart(TestCluster.SERVICES.toArray(String[]::new));
        assertTheAuditIsWhole();
    }

    /** Of what was changed in the other cluster, and of nothing twice. */
    private static void assertTheAuditIsWhole() {
        StringWriter said = new StringWriter();
        int exitCode = Saddle.commandLine()
                .setOut(new PrintWriter(said, true))
                .setErr(new PrintWriter(said, true))
                .execute(
                        "audit",
                        "check",
                        "--bootstrap=" + cluster.bootstrapServers(),
                        "--registry=" + cluster.registryUrl(),
                        "--login=" + cluster.settings().security().orElseThrow().userFile(AccessRules.VIEWER));
        assertEquals(0, exitCode, said::toString);
        Matcher found = Pattern.compile("(\\d+) entries in 4 chains, unbroken; (\\d+) records")
                .matcher(said.toString());
        assertTrue(found.find() && !found.group(1).equals("0"), said::toString);
        assertEquals(found.group(1), found.group(2), "nothing is compacted yet: an entry for each record");
    }

    @AfterAll
    static void endEverything() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void aRunAmongGarbageEndsAsItShouldAndNoSecretIsSaid() throws Exception {
        FollowedRun run = new FollowedRun();
        KafkaSettings viewer = cluster.settings().kafka(AccessRules.VIEWER);
        try (RunFeed feed = new RunFeed(viewer, Map.of("secured", run))) {
            new ConsoleClient(cluster.settings()).submit(TinyRun.named("secured", STEPS));
            sendGarbage();
            TinyRun.awaitFinished(run);
        }
        assertEquals(STEPS, run.summaries().size());
        assertEquals(TinyRun.dualSteps(STEPS), run.multipliers().size());
        awaitLetters(viewer);
        assertSecretsAreKept();
    }

    @Test
    void aRunThatABackupBroughtEndsAsItWouldHaveInItsOwnCluster() {
        moved.assertEndsAlikeIn(cluster);
    }

    @Test
    void aBackupIsNotPutAmongWhatThereIs() {
        String refused = assertThrows(BackupException.class, () -> moved.restoreInto(cluster))
                .getMessage();
        assertTrue(refused.contains("is not empty"), refused);
    }

    @Test
    void theConsoleHasPeopleLogIn() throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        for (String path : List.of("/", "/api/runs")) {
            HttpRequest anybody = HttpRequest.newBuilder(URI.create(cluster.consoleUrl() + path))
                    .build();
            assertEquals(401, http.send(anybody, BodyHandlers.discarding()).statusCode(), path);
        }
        assertTrue(new ConsoleClient(cluster.settings()).runs().isArray());
        assertThrows(CommandException.class, () -> new ConsoleClient(cluster.consoleUrl()).runs());
    }

    private static void sendGarbage() throws Exception {
        KafkaSettings operator = cluster.settings().kafka();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(operator.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (Topic<?> topic : Topics.all()) {
                for (int partition = 0; partition < topic.partitions(); partition++) {
                    producer.send(new ProducerRecord<>(topic.name(), partition, "garbage".getBytes(), GARBAGE))
                            .get();
                }
            }
        }
    }

    /** Each service may keep what it cannot read. */
    private static void awaitLetters(KafkaSettings viewer) {
        Set<String> missing = new HashSet<>();
        Topics.all().forEach(topic -> missing.add(topic.deadLetterName()));
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                viewer.consumer("saddle-follow-letters"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(Set.copyOf(missing));
            Awaitility.await("dead letters").atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(500)).forEach(letter -> {
                    missing.remove(letter.topic());
                    assertArrayEquals(GARBAGE, letter.value());
                    assertNotNull(letter.headers().lastHeader(DeadLetterHeaders.REASON), letter.topic());
                    byte[] from =
                            letter.headers().lastHeader(DeadLetterHeaders.TOPIC).value();
                    assertEquals(letter.topic(), new String(from, StandardCharsets.UTF_8) + ".dlq");
                });
                return missing.isEmpty();
            });
        }
    }

    private static void assertSecretsAreKept() throws IOException {
        Path security = cluster.home().folder().resolve("security");
        List<String> secrets = secrets(security);
        assertTrue(secrets.size() > 18, "passwords and tokens of nine users, and the stores': " + secrets.size());
        List<Path> said = new ArrayList<>();
        try (Stream<Path> logs = Files.list(cluster.home().folder().resolve("logs"))) {
            logs.forEach(said::add);
        }
        said.add(cluster.home().folder().resolve("stack.json"));
        for (String process : Stream.concat(Stream.of("broker", "registry"), TestCluster.SERVICES.stream())
                .toList()) {
            said.add(Path.of("/proc", Long.toString(cluster.pid(process)), "cmdline"));
        }
        for (Path place : said) {
            String text = Files.readString(place, StandardCharsets.ISO_8859_1);
            for (String secret : secrets) {
                assertFalse(text.contains(secret), place + " tells a secret");
            }
            assertFalse(text.contains("AuthorizationException"), place + ": a service was refused something");
        }
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(security)));
    }

    private static List<String> secrets(Path folder) throws IOException {
        List<String> secrets = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".properties"))
                    .toList()) {
                Properties properties = new Properties();
                properties.load(Files.newBufferedReader(file));
                for (String name : properties.stringPropertyNames()) {
                    Matcher secret = SECRET.matcher(name + "=" + properties.getProperty(name));
                    while (secret.find()) {
                        secrets.add(secret.group(1));
                    }
                }
            }
        }
        try (Stream<Path> tokens = Files.walk(folder.resolve("tokens"))) {
            for (Path token : tokens.filter(Files::isRegularFile).toList()) {
                secrets.add(Files.readString(token));
            }
        }
        return secrets.stream().distinct().toList();
    }
}
