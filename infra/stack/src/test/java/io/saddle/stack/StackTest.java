package io.saddle.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stack of which one process runs, as another command sees it. */
class StackTest {

    private static final String SUPERVISOR = "supervisor";
    private static final List<String> FIRST = List.of("sleep", "60");
    private static final List<String> SECOND = List.of("sleep", "61");

    @TempDir
    Path folder;

    private StackState state;
    private Path log;

    @BeforeEach
    void aConsoleRuns() {
        state = new StackState(new Home(folder));
        log = folder.resolve("console.log");
        long self = ProcessHandle.current().pid();
        String start =
                ProcessHandle.current().info().startInstant().orElseThrow().toString();
        state.put(new StackState.Entry(
                "console", self, start, StartMark.of(self).orElse(null), 28080, log.toString(), true));
    }

    @AfterEach
    void end() {
        supervisor().flatMap(ProcessHandle::of).ifPresent(ProcessHandle::destroyForcibly);
    }

    private Stack stack(int consolePort) {
        Map<String, String> settings = Map.of("console.port", Integer.toString(consolePort));
        return Stack.detached(
                new Distribution(folder), LocalSettings.load(new Home(folder), Map.of(), settings), line -> {});
    }

    private Optional<Long> supervisor() {
        return state.process(SUPERVISOR).map(ChildProcess::pid);
    }

    /** Every other command asked at the default ports, and said that nothing was there. */
    @Test
    void aStackThatWasStartedOnOtherPortsIsFoundWithoutNamingThemAgain() throws IOException {
        StackState.Entry running = state.entry("console").orElseThrow();
        state.put(new StackState.Entry(
                "console", running.pid(), running.startedAt(), running.mark(), 31080, log.toString(), true));
        state.put(new StackState.Entry("broker", 1, "1970-01-01T00:00:00Z", "gone", 31092, log.toString(), true));
        LocalSettings settings = LocalSettings.load(new Home(folder), Map.of(), Map.of());
        assertEquals("http://127.0.0.1:31080", settings.consoleUrl());
        assertEquals(31092, settings.number(Setting.BROKER_PORT), "it has ended, and comes back there");
        assertEquals(
                "http://127.0.0.1:28090",
                LocalSettings.load(new Home(folder), Map.of("SADDLE_CONSOLE_PORT", "28090"), Map.of())
                        .consoleUrl());
        Files.writeString(new Home(folder).state(), "{");
        assertEquals(
                "http://127.0.0.1:28080",
                LocalSettings.load(new Home(folder), Map.of(), Map.of()).consoleUrl());
        Files.delete(new Home(folder).state());
    }

    /** After a reboot. */
    @Test
    void whereNothingOfAStackRunsAnyMoreItsPortsAreThoseOfTheSettings() {
        state.put(new StackState.Entry("console", 1, "1970-01-01T00:00:00Z", "gone", 31080, log.toString(), true));
        state.put(new StackState.Entry("broker", 1, "1970-01-01T00:00:00Z", "gone", 31092, log.toString(), true));
        LocalSettings settings = LocalSettings.load(new Home(folder), Map.of(), Map.of());
        assertEquals("http://127.0.0.1:28080", settings.consoleUrl());
        assertEquals("127.0.0.1:29092", settings.bootstrapServers());
        StackException notBuilt =
                assertThrows(StackException.class, () -> stack(28090).up(List.of("console")));
        assertFalse(notBuilt.getMessage().contains("take the stack down"), notBuilt.getMessage());
    }

    /** Its successor was started where the others did not look for it. */
    @Test
    void whatHasEndedBesideOthersThatRunComesBackOnItsPort() {
        state.put(new StackState.Entry("broker", 1, "1970-01-01T00:00:00Z", "gone", 31092, log.toString(), true));
        Stack elsewhere = Stack.detached(
                new Distribution(folder),
                LocalSettings.load(new Home(folder), Map.of(), Map.of("broker.port", "29092")),
                line -> {});
        StackException e = assertThrows(StackException.class, () -> elsewhere.up(List.of("broker")));
        assertEquals(
                "the broker ran on port 31092, the setting broker.port says 29092: take the stack down first, or set it back",
                e.getMessage());
    }

    @Test
    void nothingIsStartedWithSettingsThatSayOtherwiseThanWhatRuns() {
        StackException e = assertThrows(StackException.class, () -> stack(28090).up(List.of("broker", "registry")));
        assertEquals(
                "the console runs on port 28080, the setting console.port says 28090: take the stack down first, or set it"
                        + " back",
                e.getMessage());
    }

    @Test
    void whoWatchesOverAStackIsNotExchangedByWhatFailed() {
        stack(28080).supervise(FIRST);
        long first = supervisor().orElseThrow();
        stack(28090).superviseIfNobodyDoes(SECOND);
        assertEquals(first, supervisor().orElseThrow());

        ProcessHandle.of(first).orElseThrow().destroyForcibly();
        ProcessHandle.of(first).ifPresent(process -> process.onExit().join());
        stack(28080).superviseIfNobodyDoes(SECOND);
        assertNotEquals(first, supervisor().orElseThrow());
    }

    @Test
    void nobodyWatchesOverAStackWithSettingsThatSayOtherwiseThanWhatRuns() {
        assertThrows(StackException.class, () -> stack(28090).superviseIfNobodyDoes(FIRST));
        assertTrue(supervisor().isEmpty());
    }

    @Test
    void nobodyWatchesOverAStackThatIsNotUp() {
        state.remove("console");
        stack(28080).superviseIfNobodyDoes(FIRST);
        assertTrue(supervisor().isEmpty());
    }

    /** While Kafka was away it grew by 45 MB a day. */
    @Test
    void aLogThatGrowsWhileItsProcessRunsIsBegunAnew() throws Exception {
        Files.write(log, new byte[17 << 20]);
        Thread supervisor = new Thread(() -> new Supervision(stack(28080), Clock.systemUTC(), line -> {}).run());
        supervisor.start();
        try {
            Awaitility.await().until(() -> Files.size(log) == 0);
            assertEquals(17 << 20, Files.size(folder.resolve("console.log.1")));
        } finally {
            supervisor.interrupt();
            supervisor.join();
        }
    }

    /** Nobody began again what ended afterwards, nor renewed the registry's tokens. */
    @Test
    void aStackThatCannotBeLookedAtForAMomentIsWatchedOverFurther() throws Exception {
        Path known = new Home(folder).state();
        byte[] content = Files.readAllBytes(known);
        List<String> said = new CopyOnWriteArrayList<>();
        Files.writeString(known, "{");
        Thread supervisor = new Thread(() -> new Supervision(stack(28080), Clock.systemUTC(), said::add).run());
        supervisor.start();
        try {
            Awaitility.await().until(() -> !said.isEmpty());
            assertTrue(said.get(0).contains("cannot be looked after for now"), said.get(0));
            Files.write(log, new byte[17 << 20]);
            // At once: of a file half written, another thing would be said.
            Files.move(
                    Files.write(folder.resolve("known"), content),
                    known,
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
            Awaitility.await().until(() -> Files.size(log) == 0);
            assertEquals(1, said.size(), said.toString());
        } finally {
            supervisor.interrupt();
            supervisor.join();
        }
    }

    /** Its end stands there, and is looked for there. */
    @Test
    void theLogOfAProcessThatHasEndedIsNotBegunAnew() throws IOException {
        Files.write(log, new byte[17 << 20]);
        long self = ProcessHandle.current().pid();
        state.put(new StackState.Entry(
                "console", self, Instant.EPOCH.toString(), "another", 28080, log.toString(), true));
        stack(28080).boundLogs();
        assertEquals(17 << 20, Files.size(log));
    }

    /** Both at once would each delete the other's certificates as leftovers, and put passwords of its own beside them. */
    @Test
    void whoSecuresAStackWaitsForAnotherCommandAndTakesWhatThatHasMade() {
        Home home = new Home(folder);
        StackLock other = StackLock.acquire(home, line -> {});
        List<String> said = new ArrayList<>();
        Consumer<String> otherEnds = line -> {
            said.add(line);
            makeAuthority(home);
            other.close();
        };

        Stack.detached(new Distribution(folder), LocalSettings.load(home, Map.of(), Map.of()), otherEnds)
                .secure();

        assertEquals(List.of("another command changes this stack: waiting for it"), said);
    }

    private static void makeAuthority(Home home) {
        try {
            Files.createFile(Files.createDirectories(home.security()).resolve("authority.p12"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Killed before it has written its checkpoint, it would lose the steps since the last one. */
    @Test
    void aTrainerThatHandsItsRunsOverIsNotKilled() throws IOException {
        Properties trainer = new Properties();
        try (InputStream in = Files.newInputStream(Distribution.locate()
                .root()
                .resolve("services/primal-trainer/src/main/resources/application.properties"))) {
            trainer.load(in);
        }
        Duration handover = Duration.parse("PT" + trainer.getProperty("saddle.trainer.handover"));
        assertTrue(Stack.PATIENCE.compareTo(handover.plusSeconds(10)) > 0, Stack.PATIENCE + " for " + handover);
    }
}
