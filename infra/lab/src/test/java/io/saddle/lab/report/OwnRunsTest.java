package io.saddle.lab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.FakeConsole;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.terminal.CommandException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OwnRunsTest {

    @RegisterExtension
    final FakeConsole console = new FakeConsole();

    private final List<String> said = new ArrayList<>();

    /** Two runs, of which the second trains; {@code first} is what is known of the first. */
    private OwnRuns submitted(FakeConsole.Answer first) {
        console.on("POST /api/runs", FakeConsole.Answer.json(201, "{}"));
        console.on("GET /api/runs/a", first);
        console.on("GET /api/runs/b", FakeConsole.Answer.json(200, "{\"phase\": \"TRAINING\"}"));
        console.on("POST /api/runs/b/stop", FakeConsole.Answer.json(202, "{}"));
        OwnRuns runs = new OwnRuns(new ConsoleClient(console.url()));
        runs.submit("a", "name: a");
        runs.submit("b", "name: b");
        console.received.clear();
        return runs;
    }

    @Test
    void thoseThatHaveNotEndedAreStoppedAndNoMoreAreTaken() {
        OwnRuns runs = submitted(FakeConsole.Answer.json(200, "{\"phase\": \"COMPLETED\"}"));

        runs.stop(said::add);

        assertEquals(List.of("cut off: run 'b' is stopped"), said);
        assertEquals(3, console.received.size(), console.received.toString());
        assertThrows(CommandException.class, () -> runs.submit("c", "name: c"));
        assertEquals(3, console.received.size(), "nothing more is asked for");
    }

    @Test
    void whatCannotBeStoppedIsNamedWithTheRemedyAndKeepsNoOther() {
        OwnRuns runs = submitted(FakeConsole.Answer.json(503, "{}"));

        runs.stop(said::add);

        assertTrue(said.get(0).contains("'./saddle run stop a' ends it once the stack is up"), said.toString());
        assertEquals("cut off: run 'b' is stopped", said.get(1));
    }
}
