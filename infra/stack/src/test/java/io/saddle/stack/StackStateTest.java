package io.saddle.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackStateTest {

    @TempDir
    Path folder;

    @Test
    void entriesAreReadBackAndReplacedByName() {
        StackState state = new StackState(new Home(folder));
        state.put(new StackState.Entry("broker", 1, "2026-01-01T00:00:00Z", null, 29092, "a.log", false));
        state.put(new StackState.Entry("registry", 2, "2026-01-01T00:00:00Z", null, 28081, "b.log", false));
        state.put(new StackState.Entry("broker", 3, "2026-01-01T00:00:00Z", null, 29092, "a.log", false));
        assertEquals(
                List.of(2L, 3L),
                state.entries().stream().map(StackState.Entry::pid).toList());
        state.remove("broker");
        assertEquals(
                List.of(2L), state.entries().stream().map(StackState.Entry::pid).toList());
    }

    @Test
    void aPidThatIsUsedAgainByAnotherProcessIsNotTakenForTheOneStarted() {
        ProcessHandle self = ProcessHandle.current();
        Instant start = self.info().startInstant().orElseThrow();
        assertTrue(ChildProcess.find(self.pid(), start, null).isPresent());
        assertTrue(ChildProcess.find(self.pid(), start.minus(Duration.ofMinutes(1)), null)
                .isEmpty());
    }

    @Test
    void aProcessIsFoundAgainAfterTheClockWasSet() {
        long self = ProcessHandle.current().pid();
        String mark = StartMark.of(self).orElse(null);
        assumeTrue(
                mark != null,
                "this system's processes have no start but an instant: one whose clock was set was not looked for");
        Instant beforeTheClockWasSet = Instant.parse("2026-01-01T00:00:00Z");
        assertTrue(ChildProcess.find(self, beforeTheClockWasSet, mark).isPresent());
        assertTrue(ChildProcess.find(self, beforeTheClockWasSet, mark + "1").isEmpty());
    }

    @Test
    void aFileOfALaterReleaseIsRead() throws Exception {
        Home home = new Home(folder);
        Files.writeString(
                home.state(),
                "{\"processes\": [{\"name\": \"broker\", \"pid\": 7, \"port\": 1, \"later\": 1}], \"later\": 1}");
        assertEquals(7, new StackState(home).entry("broker").orElseThrow().pid());
    }

    @Test
    void aDamagedFileIsReportedWithWhatToDo() throws Exception {
        Home home = new Home(folder);
        Files.writeString(home.state(), "{");
        StackException e = assertThrows(StackException.class, () -> new StackState(home).entries());
        assertTrue(e.getMessage().contains("stack.json cannot be read"), e.getMessage());
    }
}
