package io.saddle.cli.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusCommandTest {

    private static final String FIRST = "broker.log.first";

    @TempDir
    Path home;

    private Path log;

    @BeforeEach
    void aBrokerHasEndedAgain() throws IOException {
        log = Files.createDirectories(home.resolve("logs")).resolve("broker.log");
        Files.writeString(log, "no space left");
        Files.writeString(log.resolveSibling(FIRST), "no space left");
    }

    private String status(boolean ready) throws IOException {
        Files.writeString(home.resolve("stack.json"), """
                {"processes": [{"name": "broker", "pid": 1, "startedAt": "%s", "mark": "none", "port": 1, "log": "%s",
                 "ready": %s}]}
                """.formatted(Instant.now(), log, ready));
        return CommandRun.of("status", "--home", home.toString()).out();
    }

    /** What ended afterwards stayed away, and nothing said why. */
    @Test
    void aSupervisorThatHasEndedIsAmongThem() throws IOException {
        assertFalse(status(true).contains("supervisor"));
        Files.writeString(home.resolve("stack.json"), """
                {"processes": [{"name": "supervisor", "pid": 1, "startedAt": "%s", "mark": "none", "port": 0, "log": "s.log"}]}
                """.formatted(Instant.now()));
        CommandRun run = CommandRun.of("status", "--home", home.toString());
        assertTrue(run.out().matches("(?s).*\\nsupervisor +died +\\(pid 1, log s\\.log\\)\\n.*"), run.out());
        assertEquals(3, run.exitCode());
    }

    @Test
    void theLogOfTheEndThatOthersFollowedIsNamedUntilTheProcessWasReadyAgain() throws IOException {
        String status = status(false);
        assertTrue(status.contains("log " + log + ", and of the end that others followed " + log + ".first)"), status);
        String later = status(true);
        assertFalse(later.contains(FIRST), later);
    }
}
