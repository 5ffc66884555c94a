package io.saddle.cli.notification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.CommandRun;
import io.saddle.cli.FakeConsole;
import io.saddle.cli.FakeConsole.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class NotificationCommandTest {

    private static final String RULE =
            "{\"name\":\"ends\",\"channel\":\"ops\",\"runs\":\"night-*\",\"labels\":[\"team=vision\"],"
                    + "\"runPhases\":[\"FAILED\",\"COMPLETED\"],\"executionPhases\":[],\"violatedDualSteps\":20,"
                    + "\"fidWorseThan\":40.5,\"alertSeverity\":null,\"obstacle\":null}";

    @RegisterExtension
    final FakeConsole console = new FakeConsole();

    @Test
    void setSendsWhatIsGivenAndSaysWhatTheRuleTellsOf() {
        console.on("PUT /api/notification-rules/ends", Answer.json(200, RULE));
        CommandRun run = console.run(
                "notification",
                "set",
                "ends",
                "--channel=ops",
                "--run-ends=failed,COMPLETED",
                "--violated=20",
                "--fid-worse-than=40.5",
                "--runs=night-*",
                "--label=team=vision");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(
                "ends: runs end FAILED|COMPLETED, violated for 20 dual steps, FID worse than 40.5; of night-*;"
                        + " with team=vision",
                run.out().strip());
        assertEquals(
                "PUT /api/notification-rules/ends application/json {\"channel\":\"ops\",\"runs\":\"night-*\","
                        + "\"violatedDualSteps\":20,\"fidWorseThan\":40.5,\"alertSeverity\":null,"
                        + "\"labels\":[\"team=vision\"],\"runPhases\":[\"FAILED\",\"COMPLETED\"]}",
                console.received.get(0));
    }

    @Test
    void mistakesAreOneALine() {
        console.on(
                "PUT /api/notification-rules/ends",
                new Answer(
                        400,
                        "application/problem+json",
                        "{\"status\":400,\"detail\":\"the rule has mistakes\",\"problems\":[{\"path\":\"channel\","
                                + "\"message\":\"there is no channel 'opps', did you mean ops?\"}]}"));
        CommandRun run = console.run("notification", "set", "ends", "--channel=opps", "--alerts=ERROR");
        assertEquals(4, run.exitCode());
        assertTrue(run.err().contains("channel: there is no channel 'opps', did you mean ops?"), run.err());
    }

    @Test
    void listShowsChannelsAndRules() {
        console.on("GET /api/notifications/channels", Answer.json(200, "[{\"name\":\"ops\",\"format\":\"slack\"}]"));
        console.on(
                "GET /api/notification-rules",
                Answer.json(200, "[" + RULE.replace("\"obstacle\":null", "\"obstacle\":\"no such channel\"") + "]"));
        List<String> lines = console.run("notification", "list").out().lines().toList();
        assertTrue(lines.get(1).matches("ops +slack"), lines.get(1));
        assertTrue(lines.get(4).matches("ends +ops +runs end .*tells nobody: no such channel\\)"), lines.get(4));
    }

    @Test
    void testWaitsForWhatBecomesOfIt() {
        console.on("POST /api/notification-rules/ends/test", Answer.json(200, "{\"eventId\":\"ends/TEST//1\"}"));
        console.on(
                "GET /api/notifications?event=ends%2FTEST%2F%2F1",
                Answer.json(200, "[{\"outcome\":null}]"), Answer.json(200, "[{\"outcome\":\"DELIVERED\"}]"));
        CommandRun delivered = console.run("notification", "test", "ends");
        assertEquals(0, delivered.exitCode(), delivered.err());
        assertEquals("ends/TEST//1: delivered", delivered.out().strip());
    }

    @Test
    void aTestThatFailsSaysWhy() {
        console.on("POST /api/notification-rules/ends/test", Answer.json(200, "{\"eventId\":\"e\"}"));
        console.on(
                "GET /api/notifications?event=e",
                Answer.json(200, "[{\"outcome\":\"FAILED\",\"answer\":\"the receiver refused it: HTTP 404\"}]"));
        CommandRun failed = console.run("notification", "test", "ends");
        assertEquals(1, failed.exitCode());
        assertEquals(
                "e: failed: the receiver refused it: HTTP 404", failed.out().strip());
        console.on("GET /api/notifications?event=e", Answer.json(200, "[{\"outcome\":null}]"));
        CommandRun late = console.run("notification", "test", "ends", "--wait=0");
        assertEquals(1, late.exitCode());
        assertTrue(late.err().contains("not delivered within 0 s"), late.err());
    }

    @Test
    void logShowsWhatBecameOfEach() {
        console.on(
                "GET /api/notifications?limit=50",
                Answer.json(
                        200,
                        "[{\"occurredAt\":\"2026-01-02T03:04:05Z\",\"channel\":\"ops\",\"severity\":\"ERROR\","
                                + "\"title\":\"run r has failed\",\"outcome\":\"DELIVERED\"}]"));
        List<String> lines = console.run("notification", "log").out().lines().toList();
        assertTrue(lines.get(1).endsWith("ERROR     run r has failed (delivered)"), lines.get(1));
    }

    @Test
    void deleteSaysThatItIsGone() {
        console.on("DELETE /api/notification-rules/ends", Answer.json(200, RULE));
        assertEquals(
                "ends: removed",
                console.run("notification", "delete", "ends").out().strip());
    }
}
