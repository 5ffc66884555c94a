package io.saddle.cli.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.CommandRun;
import io.saddle.cli.FakeConsole;
import io.saddle.cli.FakeConsole.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AccessCommandsTest {

    @RegisterExtension
    final FakeConsole console = new FakeConsole();

    /** So that TOKEN=$(./saddle token create ...) has it and nothing else. */
    @Test
    void aTokenStandsAloneOnStandardOutput() {
        console.on(
                "POST /api/tokens",
                Answer.json(
                        201,
                        "{\"tokenId\":\"1f\",\"token\":\"saddle_1f_s\",\"role\":\"operator\",\"owner\":\"ann\",\"expiresAt\":\"2026-12-01T00:00:00Z\"}"));
        CommandRun run =
                console.run("token", "create", "ci", "--role", "operator", "--days", "3", "--project", "vision");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("saddle_1f_s" + System.lineSeparator(), run.out());
        assertTrue(run.err().contains("operator in the name of ann, until 2026-12-01"), run.err());
        assertEquals(
                List.of("POST /api/tokens application/json"
                        + " {\"name\":\"ci\",\"role\":\"operator\",\"days\":3,\"projects\":[\"vision\"]}"),
                console.received);
    }

    @Test
    void membersAreAddedToThoseThatThereAreAndTakenFromThem() {
        console.on(
                "GET /api/projects",
                Answer.json(
                        200,
                        "[{\"name\":\"vision\",\"description\":\"\",\"revision\":3,\"members\":[\"ann\",\"bob\"]}]"));
        console.on(
                "PUT /api/projects/vision",
                Answer.json(200, "{\"name\":\"vision\",\"description\":\"cameras\",\"members\":[\"ann\",\"eve\"]}"));
        CommandRun run = console.run("project", "set", "vision", "--add", "eve", "--remove", "bob");
        assertEquals("vision: ann, eve (cameras)" + System.lineSeparator(), run.out(), run.err());
        assertEquals(
                "PUT /api/projects/vision application/json {\"revision\":3,\"members\":[\"ann\",\"eve\"]}",
                console.received.get(1));
    }

    @Test
    void aListSaysWhatATokenOpensAndUntilWhen() {
        console.on(
                "GET /api/tokens",
                Answer.json(
                        200,
                        "[{\"tokenId\":\"1f\",\"name\":\"ci\",\"owner\":\"ann\",\"role\":\"operator\",\"projects\":[\"vision\"],\"expiresAt\":\"T1\",\"revoked\":false,\"good\":true},"
                                + "{\"tokenId\":\"2f\",\"name\":\"old\",\"owner\":\"bob\",\"role\":\"viewer\",\"projects\":[],\"expiresAt\":\"T0\",\"revoked\":false,\"good\":false},"
                                + "{\"tokenId\":\"3f\",\"name\":\"lost\",\"owner\":\"bob\",\"role\":\"viewer\",\"projects\":[],\"expiresAt\":\"T2\",\"revoked\":true,\"good\":false}]"));
        assertEquals(
                List.of(
                        "1f  operator  ci, of ann, until T1, only for vision",
                        "2f  viewer    old, of bob, expired T0",
                        "3f  viewer    lost, of bob, revoked"),
                console.run("token", "list").out().lines().toList());
    }
}
