package io.saddle.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.serde.Serdes;
import io.saddle.stack.ProcessStatus.Condition;
import io.saddle.stack.testing.Records;
import io.saddle.topic.Topics;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real broker and registry as the command line runs them: processes that outlive the one that started them. */
class StackIT {

    private static final List<String> BOTH = List.of("broker", "registry");

    @TempDir
    Path folder;

    private final List<String> said = new CopyOnWriteArrayList<>();
    private final Map<String, String> settings = new HashMap<>();

    @BeforeEach
    void choosePorts() {
        Iterator<Integer> ports = Ports.free(4).iterator();
        for (Setting setting : List.of(
                Setting.BROKER_PORT,
                Setting.BROKER_CONTROLLER_PORT,
                Setting.REGISTRY_PORT,
                Setting.named("console.port").orElseThrow())) {
            settings.put(setting.key(), ports.next().toString());
        }
    }

    @AfterEach
    void endAll() {
        stack().names().forEach(stack()::kill);
    }

    /** As another command would see it: nothing is shared but the folder. */
    private Stack stack() {
        return stack(Map.of());
    }

    private Stack stack(Map<String, String> environment) {
        LocalSettings loaded = LocalSettings.load(new Home(folder), environment, settings);
        return Stack.detached(Distribution.locate(), loaded, said::add);
    }

    private Condition condition(String name) {
        return status(name).condition();
    }

    private ProcessStatus status(String name) {
        return stack().status().stream()
                .filter(status -> status.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void upStartsWhatIsMissingAndDownEndsIt() {
        stack().up(BOTH);
        assertEquals(Condition.READY, condition("broker"));
        assertEquals(Condition.READY, condition("registry"));
        assertEquals(Condition.STOPPED, condition("console"));
        long broker = status("broker").pid();

        said.clear();
        stack().up(BOTH);
        assertTrue(said.contains("broker: runs (pid " + broker + ")"), said.toString());
        assertTrue(said.contains("topics: 0 created, " + 2 * Topics.all().size() + " in all"), said.toString());
        assertEquals(broker, status("broker").pid());

        stack().down();
        assertEquals(Condition.STOPPED, condition("broker"));
        assertEquals(Condition.STOPPED, condition("registry"));
        assertFalse(ProcessHandle.of(broker).map(ProcessHandle::isAlive).orElse(false));
    }

    @Test
    void dataOutlivesAKillOfBrokerAndRegistryAndUpBringsBackJustTheDead() {
        stack().up(BOTH);
        Serdes serdes = Serdes.connect(stack().settings().registryUrl(), Map.of());
        try (Records records = new Records(stack().settings().bootstrapServers(), serdes)) {
            records.sample(Topics.MULTIPLIERS, "kept");
        }
        long registry = status("registry").pid();

        stack().kill("broker");
        assertEquals(Condition.DIED, condition("broker"));
        stack().up(BOTH);
        assertEquals(registry, status("registry").pid());

        stack().kill("registry");
        stack().up(BOTH);
        Serdes fresh = Serdes.connect(stack().settings().registryUrl(), Map.of());
        try (Records records = new Records(stack().settings().bootstrapServers(), fresh)) {
            assertEquals(
                    List.of("kept"),
                    records.all(Topics.MULTIPLIERS).stream()
                            .map(MultiplierUpdate::getRunId)
                            .toList());
        }
    }

    /** H2 closes its database at a write that fails: each connection to it that was there failed once, with whoever asked. */
    @Test
    void aRegistryThatCouldNotWriteOnceAnswersWhoAsksNext() throws Exception {
        assumeTrue(
                Programs.find("prlimit").isPresent(),
                "no prlimit here, by which files can grow no further: a write that fails was not tried");
        stack().up(List.of("registry"));
        SchemaRegistryClient client =
                Serdes.connect(stack().settings().registryUrl(), Map.of()).registry();
        AvroSchema large = new AvroSchema(
                SchemaBuilder.record("Large").doc("x".repeat(500_000)).fields().endRecord());
        long size = Files.size(new Home(folder).data("registry").resolve("registry.mv.db"));

        limitFiles(Long.toString(size));
        assertThrows(RestClientException.class, () -> client.register("large", large));
        limitFiles("unlimited");

        // Until it has closed, in a thread of its own, H2 says that it is open.
        Awaitility.await()
                .ignoreExceptionsMatching(e -> String.valueOf(e.getMessage()).contains("may be already in use"))
                .untilAsserted(() -> assertEquals(List.of(), List.copyOf(client.getAllSubjects())));
        client.register("large", large);
        assertEquals(List.of("large"), List.copyOf(client.getAllSubjects()));
    }

    private void limitFiles(String bytes) throws Exception {
        String registry = Long.toString(stack().pid("registry"));
        assertEquals(
                0,
                new ProcessBuilder("prlimit", "--pid=" + registry, "--fsize=" + bytes + ":")
                        .inheritIO()
                        .start()
                        .waitFor());
    }

    @Test
    void whatIsKilledIsStartedAgainUntilTheStackIsTakenDown() throws Exception {
        stack().up(List.of("broker"));
        long killed = status("broker").pid();
        Thread supervisor = new Thread(() -> new Supervision(stack(), Clock.systemUTC(), said::add).run());
        supervisor.start();

        stack().kill("broker");
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> condition("broker") == Condition.READY);
        assertNotEquals(killed, status("broker").pid());
        assertTrue(
                said.stream().anyMatch(line -> line.endsWith("broker had ended and is started again, after 1 s")),
                said.toString());
        assertTrue(said.stream().anyMatch(line -> line.contains(" broker ended, its log with: ")), said.toString());

        stack().down();
        supervisor.join(Duration.ofSeconds(30).toMillis());
        assertFalse(supervisor.isAlive());
        assertEquals(Condition.STOPPED, condition("broker"));
    }

    @Test
    void tokensThatAreOverAreMadeAnewWithinTheHourWhileTheStackIsUp() throws Exception {
        stack().secure();
        stack().up(List.of("broker"));
        Path token = stack().settings().securityFolder().userFiles().resolveSibling("tokens/console/token");
        Files.delete(token);
        AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
        InstantSource clock = now::get;
        Thread supervisor = new Thread(() -> new Supervision(stack(), clock.withZone(ZoneOffset.UTC), said::add).run());
        supervisor.start();
        Awaitility.await().until(() -> Files.exists(token));

        Files.delete(token);
        now.updateAndGet(then -> then.plus(Duration.ofHours(1)));
        Awaitility.await().until(() -> Files.exists(token));

        stack().down();
        supervisor.join(Duration.ofSeconds(30).toMillis());
        assertFalse(supervisor.isAlive());
    }

    /** They would look for it in vain. */
    @Test
    void whatTheEnvironmentSaysInVainIsRefusedWithWhatToUse() {
        LocalSettings told = LocalSettings.load(
                new Home(folder), Map.of("QUARKUS_HTTP_HOST", "0.0.0.0", "SADDLE_HOME", "x"), settings);
        Stack stack = Stack.detached(Distribution.locate(), told, said::add);
        InvalidSettingException e = assertThrows(InvalidSettingException.class, () -> stack.up(BOTH));
        assertTrue(e.getMessage().contains("SADDLE_JAVA_OPTS_CONSOLE=-Dquarkus.http.host=0.0.0.0"), e.getMessage());
        assertFalse(stack.isUp());
    }

    /**
     * Ctrl-C in a terminal is SIGINT for the command line, and SIGTERM the same to it: what it has started lives on. The first is
     * ignored by everything that a shell has started in the background, these tests among it.
     */
    @Test
    void whoIsCutOffSaysWhatStillRuns() throws Exception {
        Path log = folder.resolve("up.log");
        List<String> arguments = new ArrayList<>(List.of("up", "--only=broker,registry", "--home=" + folder));
        settings.forEach((key, value) -> arguments.add("--set=" + key + "=" + value));
        Process up = java(log, "io.saddle.cli.Saddle", arguments);
        Awaitility.await().until(() -> Files.readString(log).contains("registry: starting"));
        new ProcessBuilder("kill", "-TERM", Long.toString(up.pid())).start().waitFor();
        assertEquals(143, up.waitFor());
        String told = Files.readString(log);
        assertTrue(told.contains("cut off; still running: broker, registry; './saddle up' goes on"), told);
    }

    /** A terminal's Ctrl-C goes to everything in its group; who hands over needs the broker until it has done so. */
    @Test
    void aCommandThatIsCutOffTakesItsStackDownInOrder() throws Exception {
        Path log = folder.resolve("visit.log");
        Process visit = visit(log);
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> Files.readString(log).contains(VisitProgram.UP));
        cutOff(visit);
        String told = Files.readString(log);
        assertTrue(told.indexOf(VisitProgram.FIRST) < told.indexOf("cut off: the stack is taken down"), told);
        assertTrue(told.contains(VisitProgram.FIRST), told);
        assertTrue(
                0 < told.indexOf("registry: ended") && told.indexOf("registry: ended") < told.indexOf("broker: ended"),
                told);
        assertFalse(stack().isRunning());
    }

    /** What waits for a broker to be ready is not waited for. */
    @Test
    void aCommandThatIsCutOffWhileItsStackStartsTakesItDownToo() throws Exception {
        Path log = folder.resolve("visit.log");
        Process visit = visit(log);
        Awaitility.await().until(() -> Files.readString(log).contains("broker: starting"));
        cutOff(visit);
        String told = Files.readString(log);
        assertTrue(told.contains("broker: ended"), told);
        assertFalse(told.contains(VisitProgram.UP), told);
        assertFalse(stack().isRunning());
    }

    /** It died of the signal, for it had not left the command's group yet, and nothing was said of an end. */
    @Test
    void aProcessThatIsSaidToStartIsOutOfReachOfTheSignalThatCutsTheCommandOff() throws Exception {
        Optional<Path> setsid = Programs.find("setsid");
        assumeTrue(
                setsid.isPresent(),
                "no setsid here, so that processes share the command's group: a signal just after a start was not tried");
        Path slow = Files.createDirectories(folder.resolve("bin")).resolve("setsid");
        Files.writeString(slow, "#!/bin/sh\nsleep 0.7\nexec " + setsid.get() + " \"$@\"\n");
        assertTrue(slow.toFile().setExecutable(true));
        Path log = folder.resolve("visit.log");
        Process visit = visit(log, Map.of("PATH", slow.getParent() + File.pathSeparator + System.getenv("PATH")));
        Awaitility.await().until(() -> Files.readString(log).contains("broker: starting"));
        cutOff(visit);
        String told = Files.readString(log);
        assertTrue(told.contains("broker: ended"), told);
        assertFalse(stack().isRunning());
    }

    private Process visit(Path log) throws IOException {
        return visit(log, Map.of());
    }

    private Process visit(Path log, Map<String, String> environment) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(folder.toString()));
        settings.forEach((key, value) -> arguments.add(key + "=" + value));
        return java(log, VisitProgram.class.getName(), arguments, environment);
    }

    private static void cutOff(Process program) throws Exception {
        String group = Programs.find("setsid").isPresent() ? "-" : "";
        new ProcessBuilder("kill", "-TERM", "--", group + program.pid()).start().waitFor();
        assertEquals(143, program.waitFor());
    }

    /** A program of these tests' class path, in a process group of its own where there is setsid. */
    private static Process java(Path log, String main, List<String> arguments) throws IOException {
        return java(log, main, arguments, Map.of());
    }

    private static Process java(Path log, String main, List<String> arguments, Map<String, String> environment)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-D" + Distribution.PROPERTY + "=" + Distribution.locate().root(),
                "-cp",
                System.getProperty("java.class.path"),
                main));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(JavaCommand.detached(command))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    @Test
    void aTakenPortIsNamedWithItsSettingAndHolderBeforeAnythingStarts() throws Exception {
        int port = Integer.parseInt(settings.get("registry.port"));
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            StackException e = assertThrows(StackException.class, () -> stack().up(BOTH));
            assertTrue(
                    e.getMessage()
                            .startsWith("port " + taken.getLocalPort() + " (registry.port, for the registry) is taken"),
                    e.getMessage());
            assertTrue(e.getMessage().contains("SADDLE_REGISTRY_PORT=PORT"), e.getMessage());
            if (Files.isReadable(Path.of("/proc/net/tcp"))) {
                assertTrue(
                        e.getMessage()
                                .contains("process " + ProcessHandle.current().pid()),
                        e.getMessage());
            }
        }
        assertEquals(Condition.STOPPED, condition("broker"));
    }

    @Test
    void aProcessThatDiesWhileStartingIsReportedWithTheEndOfItsLog() {
        Stack stack = stack(Map.of("SADDLE_JAVA_OPTS_BROKER", "-XX:NoSuchFlag"));
        StackException e = assertThrows(StackException.class, () -> stack.up(List.of("broker")));
        assertTrue(e.getMessage().startsWith("the broker ended while starting; the end of its log, "), e.getMessage());
        assertTrue(e.getMessage().contains("NoSuchFlag"), e.getMessage());
    }

    @Test
    void servicesDoNotGoOnWhereTopicsAreNotWhatTheyShouldBe() throws Exception {
        stack().up(BOTH);
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", stack().settings().bootstrapServers()))) {
            admin.deleteTopics(List.of(Topics.ALERTS.name())).all().get();
            Awaitility.await().until(() -> !admin.listTopics().names().get().contains(Topics.ALERTS.name()));
            admin.createTopics(List.of(new NewTopic(Topics.ALERTS.name(), 1, (short) 1)))
                    .all()
                    .get();
        }

        StackException e =
                assertThrows(StackException.class, () -> stack().up(List.of("broker", "registry", "console")));

        assertTrue(e.getMessage().contains(Topics.ALERTS.name()), e.getMessage());
        assertEquals(Condition.STOPPED, condition("console"), "it was started meanwhile, and is ended");
        assertEquals(Condition.READY, condition("broker"));
    }

    @Test
    void twoCommandsAtOnceStartAProcessOnceAndAPortThatIsChangedThenIsRefused() {
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> stack().up(List.of("broker")));
        CompletableFuture<Void> second = CompletableFuture.runAsync(() -> stack().up(List.of("broker")));
        CompletableFuture.allOf(first, second).join();
        assertEquals(
                1,
                said.stream()
                        .filter(line -> line.startsWith("broker: starting"))
                        .count(),
                said.toString());
        assertEquals(
                1, said.stream().filter(line -> line.startsWith("broker: runs")).count(), said.toString());

        settings.put("broker.port", Ports.free(1).get(0).toString());
        StackException e = assertThrows(StackException.class, () -> stack().up(List.of("broker")));
        assertTrue(e.getMessage().contains("take the stack down first"), e.getMessage());
    }

    @Test
    void aServiceThatIsNotBuiltIsReportedBeforeAnythingStarts() {
        Distribution empty = new Distribution(folder);
        LocalSettings loaded = LocalSettings.load(new Home(folder), Map.of(), settings);
        StackException e = assertThrows(
                StackException.class,
                () -> Stack.detached(empty, loaded, said::add).up(List.of("console")));
        assertTrue(e.getMessage().contains("quarkus-run.jar is missing: build the project"), e.getMessage());
    }
}
