package io.saddle.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartTest {

    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();
    private Path jar;

    private boolean ready;
    private Start start;

    /** Says something and runs for a minute. */
    static final class Program {
        public static void main(String[] arguments) throws InterruptedException {
            System.out.println("started");
            Thread.sleep(60_000);
        }
    }

    private final class Sleeper extends StackProcess {

        private final Path jar;

        Sleeper(Distribution distribution, LocalSettings settings, Path jar) {
            super("sleeper", List.of(Setting.BROKER_PORT), distribution, settings);
            this.jar = jar;
        }

        @Override
        JavaCommand command() {
            Path classes = Path.of(StartTest.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .getPath());
            return new JavaCommand(List.of(), List.of(classes, jar), Program.class.getName(), List.of());
        }

        @Override
        boolean ready() {
            return ready;
        }
    }

    private static List<ProcessHandle> sleeping() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains(Program.class.getName()))
                .toList();
    }

    @BeforeEach
    void build() throws IOException {
        jar = Files.createFile(folder.resolve("sleeper.jar"));
    }

    @AfterEach
    void end() {
        sleeping().forEach(ProcessHandle::destroyForcibly);
    }

    private boolean start() {
        return start(Map.of(), false);
    }

    private boolean start(Map<String, String> given, boolean awaited) {
        Home home = new Home(folder);
        Distribution distribution = new Distribution(folder);
        LocalSettings settings = LocalSettings.load(home, Map.of(), given);
        start = new Start(distribution, settings, new StackState(home), Start.Mode.DETACHED, Map.of(), told::add);
        Sleeper sleeper = new Sleeper(distribution, settings, jar);
        boolean started = start.unlessRunning(sleeper);
        if (awaited) {
            start.awaitReady(sleeper, started);
        }
        return started;
    }

    @Test
    void aProcessIsStartedAndOnRecord() {
        assertTrue(start());
        assertEquals(
                sleeping().stream().map(ProcessHandle::pid).toList(),
                new StackState(new Home(folder))
                        .entries().stream().map(StackState.Entry::pid).toList());
    }

    /** A trainer waited for its group, and when it was ended nobody could tell why. */
    @Test
    void whatTheThreadsOfAProcessDoThatIsNotReadyStandsInItsLog() throws Exception {
        StackException failure =
                assertThrows(StackException.class, () -> start(Map.of(Setting.START_SECONDS.key(), "1"), true));
        assertTrue(failure.getMessage().contains("is not ready after 1 s"), failure.getMessage());
        String log = Files.readString(new Home(folder).log("sleeper"));
        assertTrue(log.contains(Program.class.getName() + ".main"), log);
    }

    @Test
    void aProcessThatCannotBePutOnRecordIsEnded() throws Exception {
        Files.createDirectories(folder.resolve(".stack.json/in the way"));
        StackException failure = assertThrows(StackException.class, this::start);
        assertTrue(failure.getMessage().contains("stack.json cannot be written"), failure.getMessage());
        assertEquals(List.of(), sleeping());
    }

    private Path log(String suffix) {
        return Path.of(new Home(folder).log("sleeper") + suffix);
    }

    private static void endAll() {
        sleeping().forEach(ProcessHandle::destroyForcibly);
        Awaitility.await().until(() -> sleeping().isEmpty());
    }

    /** Logs were moved at each try while the disk was full, until that with the reason was gone. */
    @Test
    void aStartThatFailsMovesNoLog() throws Exception {
        Files.createDirectories(log("").getParent());
        Files.writeString(log(""), "why it ended");
        Files.createDirectories(folder.resolve(".stack.json/in the way"));
        assertThrows(StackException.class, this::start);
        assertEquals("why it ended", Files.readString(log("")));
    }

    /** On Monday nobody could read why that had ended on Saturday which has not come back since. */
    @Test
    void theLogOfTheLastLifeThatWasReadyIsKeptUntilTheNextOneEnds() throws Exception {
        ready = true;
        start(Map.of(), true);
        endAll();
        Files.writeString(log(""), "why it ended");
        ready = false;
        for (int start = 0; start < 8; start++) {
            start();
            Awaitility.await().until(() -> Files.size(log("")) > 0);
            endAll();
        }
        assertEquals("why it ended", Files.readString(log(".first")));

        ready = true;
        start(Map.of(), true);
        endAll();
        Files.writeString(log(""), "why it ended again");
        start();
        assertEquals("why it ended again", Files.readString(log(".first")));
        assertEquals("why it ended", Files.readString(log(".1")));
    }

    @Test
    void howAProcessEndedIsToldByItsExitStatusAndItsLastWords() throws Exception {
        start();
        Awaitility.await().until(() -> Files.size(log("")) > 0);
        Files.writeString(
                log(""),
                "Caused by: no space left\n\tat io.saddle.Main.main(Main.java:1)\n\n",
                StandardOpenOption.APPEND);
        endAll();
        String words = "sleeper ended with exit status 137, its log with: Caused by: no space left";
        Awaitility.await().untilAsserted(() -> assertEquals(words, start.lastWords("sleeper")));
    }

    @Test
    void ofTheEndOfAProcessThatAnotherCommandStartedTheLastWordsAreTold() throws Exception {
        start();
        Start another = start;
        endAll();
        start();
        Awaitility.await().until(() -> Files.size(log("")) > 0);
        endAll();
        assertEquals("sleeper ended, its log with: started", another.lastWords("sleeper"));
        Files.writeString(log(""), "");
        assertEquals("sleeper ended, its log is empty", another.lastWords("sleeper"));
    }

    private String toldOfWhatRuns() {
        assertFalse(start());
        return told.get(told.size() - 1);
    }

    @Test
    void whatRunsOfThisBuildIsSaidToRun() {
        start();
        assertEquals("sleeper: runs (pid " + sleeping().get(0).pid() + ")", toldOfWhatRuns());
    }

    /** The stack of an old checkout was called up by the new one, and nobody exchanged it. */
    @Test
    void whatRunsOfAnotherCheckoutIsNotCalledThisBuilds() throws Exception {
        start();
        jar = Files.createFile(folder.resolve("another-checkout.jar"));
        String told = toldOfWhatRuns();
        assertTrue(told.endsWith(", of another build: './saddle down', then './saddle up' exchange it"), told);
    }

    @Test
    void whatWasBuiltAnewSinceItWasStartedIsAnotherBuild() throws Exception {
        start();
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plus(Duration.ofMinutes(1))));
        String told = toldOfWhatRuns();
        assertTrue(told.contains(", of another build"), told);
    }
}
