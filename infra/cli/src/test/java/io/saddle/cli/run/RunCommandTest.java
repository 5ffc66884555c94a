package io.saddle.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.cli.CommandRun;
import io.saddle.cli.FakeConsole;
import io.saddle.cli.FakeConsole.Answer;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RunCommandTest {

    @TempDir
    Path folder;

    @RegisterExtension
    final FakeConsole console = new FakeConsole();

    private String file(String yaml) throws Exception {
        return Files.writeString(folder.resolve("run.yaml"), yaml).toString();
    }

    private static String status(String phase, long step) {
        return "{\"runId\":\"r\",\"phase\":\"" + phase + "\",\"step\":" + step
                + ",\"totalSteps\":20,\"dualStep\":2,\"message\":\"\",\"etaSeconds\":{\"double\":1.5}}";
    }

    /** As the console has a run, with more of it. */
    private static String run(String phase, long step, String more) {
        return status(phase, step).replaceFirst("}$", more + "}");
    }

    @Test
    void submitPrintsTheRunsIdAlone() throws Exception {
        console.on("POST /api/runs", Answer.json(201, "{\"runId\":\"r\"}"));
        CommandRun run = console.run("run", "submit", file("name: r\n"));
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("r", run.out().strip());
        assertEquals(List.of("POST /api/runs application/yaml name: r\n"), console.received);
    }

    @Test
    void whomASubmittedRunWaitsForIsSaidAtOnce() throws Exception {
        console.on(
                "POST /api/runs",
                Answer.json(
                        201,
                        "{\"runId\":\"r\",\"missing\":[\"nobody offers the evaluator 'e' for the kind of 'a'\"]}"));
        CommandRun run = console.run("run", "submit", file("name: r\n"));
        assertEquals("r", run.out().strip());
        assertEquals(
                "warning: nobody offers the evaluator 'e' for the kind of 'a'",
                run.err().lines().findFirst().orElseThrow());
    }

    @Test
    void submitCanGiveTheRunAnotherName() throws Exception {
        console.on("POST /api/runs", Answer.json(201, "{\"runId\":\"other\"}"));
        assertEquals(
                0,
                console.run("run", "submit", file("name: r\nseed: 3\n"), "--name", "other")
                        .exitCode());
        assertTrue(console.received.get(0).contains("name: \"other\"\nseed: 3"), console.received.toString());
    }

    /** One of the two sections was lost, and the run trained with the other one. */
    @Test
    void aSpecificationWithMistakesIsHandedOverAsItIsWhateverIsToBePutIntoIt() throws Exception {
        String twice = "name: r\ntraining: {steps: 10}\ntraining: {batchSize: 8}\n";
        console.on("POST /api/runs", new Answer(422, "application/problem+json", "{\"detail\":\"stands here twice\"}"));
        assertEquals(
                4, console.run("run", "submit", file(twice), "--name", "other").exitCode());
        assertEquals(List.of("POST /api/runs application/yaml " + twice), console.received);
    }

    @Test
    void whatIsTextInASpecificationStaysText() throws Exception {
        console.on("POST /api/runs", Answer.json(201, "{\"runId\":\"other\"}"));
        console.run("run", "submit", file("name: r\ndata: {where: {urban: y}}\nseed: 0123\n"), "--name", "other");
        assertTrue(console.received.get(0).contains("urban: \"y\""), console.received.toString());
        assertTrue(console.received.get(0).contains("seed: 123"), console.received.toString());
    }

    @Test
    void aForkIsTheRunsSpecificationWithChangesAndItsModel() {
        console.on(
                "GET /api/runs/r",
                Answer.json(
                        200,
                        "{\"runId\":\"r\",\"spec\":{\"name\":\"r\",\"training\":{\"steps\":20,\"batchSize\":8},"
                                + "\"constraints\":[{\"id\":\"a\",\"threshold\":0.1},{\"id\":\"b\",\"threshold\":0.2}]}}"));
        console.on("POST /api/runs", Answer.json(201, "{\"runId\":\"s\"}"));
        CommandRun run = console.run(
                "run",
                "fork",
                "r",
                "--name",
                "s",
                "--at",
                "best",
                "training.steps=500",
                "constraints.b.threshold=0.05");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("s", run.out().strip());
        String sent = console.received.get(1);
        for (String part : List.of(
                "name: \"s\"",
                "folder: \"run:r@best\"",
                "steps: 500\n  batchSize: 8",
                "id: \"a\"\n  threshold: 0.1",
                "id: \"b\"\n  threshold: 0.05")) {
            assertTrue(sent.contains(part), sent);
        }
    }

    /** A fork went back to the thresholds that were replaced, without a word. */
    @Test
    void aForkSaysWhichConstraintsHaveChangedSinceTheRunWasSubmitted() {
        console.on(
                "GET /api/runs/r",
                Answer.json(
                        200,
                        "{\"runId\":\"r\",\"spec\":{\"name\":\"r\",\"constraints\":[{\"id\":\"a\",\"threshold\":0.1},"
                                + "{\"id\":\"b\",\"threshold\":0.2},{\"id\":\"c\",\"threshold\":0.2}]},\"constraints\":["
                                + "{\"constraintId\":\"a\",\"version\":1,\"state\":\"ACTIVE\"},"
                                + "{\"constraintId\":\"b\",\"version\":2,\"state\":\"ACTIVE\"},"
                                + "{\"constraintId\":\"c\",\"version\":3,\"state\":\"RETIRED\"},"
                                + "{\"constraintId\":\"d\",\"version\":1,\"state\":\"ACTIVE\"},"
                                + "{\"constraintId\":\"e\",\"version\":1,\"state\":\"SHADOW\"}]}"));
        console.on("POST /api/runs", Answer.json(201, "{\"runId\":\"s\"}"));
        CommandRun run = console.run("run", "fork", "r", "--name", "s", "constraints.b.threshold=0.05");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().contains("not taken over: c, d ('./saddle constraint list RUN'"), run.err());
        CommandRun whole = console.run("run", "fork", "r", "--name", "s", "constraints=[]");
        assertFalse(whole.err().contains("warning"), whole.err());
    }

    @Test
    void keysThatCannotBeTogetherAndValuesThatAreNoneAreNamed() {
        console.on("GET /api/runs/r", Answer.json(200, "{\"spec\":{}}"));
        CommandRun both = console.run("run", "fork", "r", "--name", "s", "training=1", "training.steps=2");
        assertEquals(4, both.exitCode());
        assertTrue(both.err().matches("(?s)error: training(\\.steps)?: leads into what another key .*"), both.err());
        CommandRun none = console.run("run", "fork", "r", "--name", "s", "seed=[1");
        assertEquals(4, none.exitCode());
        assertTrue(none.err().contains("seed: '[1' is no value"), none.err());
        for (String key : List.of(".", "training.", ".steps")) {
            CommandRun empty = console.run("run", "fork", "r", "--name", "s", key + "=3");
            assertEquals(4, empty.exitCode());
            assertTrue(empty.err().contains("'" + key + "' is no key"), empty.err());
        }
    }

    @Test
    void aForkThatChangesWhatIsNotThereSaysWhatIs() {
        console.on("GET /api/runs/r", Answer.json(200, "{\"spec\":{\"constraints\":[{\"id\":\"a\"}]}}"));
        CommandRun run = console.run("run", "fork", "r", "--name", "s", "constraints.x.threshold=0.05");
        assertEquals(4, run.exitCode());
        assertTrue(run.err().contains("constraints.x: no entry has this id; there are [a]"), run.err());
    }

    @Test
    void picturesByTheirPathAreForTheLocalStack() throws Exception {
        CommandRun run = console.run("run", "submit", file("name: r\ndata: {dataset: ./pictures}\n"));
        assertEquals(4, run.exitCode());
        assertTrue(run.err().contains("'./saddle data import ./pictures --name NAME' where that console's store is"));
        assertEquals(List.of(), console.received);
    }

    @Test
    void everyProblemOfASpecificationIsShownOnItsLine() throws Exception {
        console.on(
                "POST /api/runs",
                new Answer(
                        422,
                        "application/problem+json",
                        "{\"title\":\"the run is not valid\",\"status\":422,\"detail\":\"2 problems\",\"problems\":["
                                + "{\"path\":\"constraints[1].threshold\",\"message\":\"must be > 0, was -0.2\"},"
                                + "{\"path\":\"seed\",\"message\":\"must be a number\"}]}"));
        CommandRun run = console.run("run", "submit", file("seed: x\n"));
        assertEquals(4, run.exitCode());
        assertEquals(
                List.of(
                        "error: the run is not valid: 2 problems",
                        "  constraints[1].threshold: must be > 0, was -0.2",
                        "  seed: must be a number"),
                run.err().lines().toList());
    }

    @Test
    void aFileThatIsNotThereIsInvalidInput() {
        Path none = folder.resolve("none.yaml");
        CommandRun run = console.run("run", "submit", none.toString());
        assertEquals(4, run.exitCode());
        assertEquals(
                "error: " + none + " cannot be read: there is no such file",
                run.err().strip());
        assertEquals(
                "error: " + folder + " cannot be read: it is a folder",
                console.run("run", "submit", folder.toString()).err().strip());
    }

    @Test
    void aSpecificationMayComeFromStandardInput() {
        console.on("POST /api/runs", Answer.json(201, "{\"runId\":\"r\"}"));
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream("name: r\n".getBytes(StandardCharsets.UTF_8)));
        try {
            assertEquals(0, console.run("run", "submit", "-").exitCode());
        } finally {
            System.setIn(before);
        }
        assertEquals(List.of("POST /api/runs application/yaml name: r\n"), console.received);
    }

    @Test
    void aConsoleThatIsNotThereExitsWithThree() {
        console.stop();
        CommandRun run = console.run("run", "list");
        assertEquals(3, run.exitCode());
        assertTrue(run.err().contains("the console does not answer at"), run.err());
    }

    @Test
    void runsAreListedWithWhereTheyStand() {
        console.on(
                "GET /api/runs",
                Answer.json(
                        200,
                        "[" + run("TRAINING", 10, ",\"newestScore\":{\"step\":10,\"name\":\"FID\",\"value\":12.3456}")
                                + ","
                                + "{\"runId\":\"s\",\"phase\":\"WAITING\",\"message\":\"waits for multipliers\"},"
                                + "{\"runId\":\"t\",\"phase\":\"COMPLETED\",\"judging\":true}]"));
        CommandRun run = console.run("run", "list");
        assertEquals(0, run.exitCode());
        assertTrue(run.lines().get(1).matches("r +TRAINING +10/20 +2 +12[.]346 +-"), run.out());
        assertTrue(run.lines().get(2).matches("s +WAITING .* - +- +waits for multipliers"), run.out());
        assertTrue(run.lines().get(3).matches("t +COMPLETED .* - +- +its finished model is being judged"), run.out());
    }

    @Test
    void runsAreListedAsTheConsoleAnswers() throws Exception {
        console.on("GET /api/runs", Answer.json(200, "[{\"runId\":\"r\",\"phase\":\"TRAINING\"}]"));
        CommandRun run = console.run("run", "list", "--json");
        assertEquals(
                "TRAINING",
                new ObjectMapper().readTree(run.out()).at("/0/phase").asText());
    }

    @Test
    void theSlotsOfARunAreShownInWordsAsJsonAndWithTheRun() throws Exception {
        console.on("GET /api/runs/r", Answer.json(200, "{\"runId\":\"r\",\"spec\":{\"training\":{\"slots\":4}}}"));
        console.on("GET /api/runs/s", Answer.json(200, "{\"runId\":\"s\",\"spec\":{\"training\":{}}}"));
        console.on("GET /api/runs/r/slots", Answer.json(200, "{\"slots\":4,\"round\":null,\"sums\":{}}"));

        assertEquals(
                List.of("slots: 4, no round is under way"),
                console.run("run", "slots", "r").lines());
        assertEquals(
                4,
                new ObjectMapper()
                        .readTree(console.run("run", "slots", "r", "--json").out())
                        .path("slots")
                        .asInt());
        assertEquals(
                4,
                new ObjectMapper()
                        .readTree(console.run("run", "show", "r").out())
                        .at("/slots/slots")
                        .asInt());
        CommandRun without = console.run("run", "show", "s");
        assertEquals(0, without.exitCode(), without.err());
        assertTrue(new ObjectMapper().readTree(without.out()).path("slots").isMissingNode());
    }

    @Test
    void whoeverWaitsIsToldWhenItIsSoOrThatItCannotBeAnyMore() {
        console.on("POST /api/runs/r/pause", Answer.json(200, "{}"));
        console.on(
                "GET /api/runs/r",
                Answer.json(200, "{\"phase\":\"TRAINING\"}"),
                Answer.json(503, "{\"detail\":\"it starts\"}"),
                Answer.later("1"),
                Answer.json(200, "{\"phase\":\"PAUSED\"}"));
        CommandRun paused = console.run("run", "pause", "r", "--wait");
        assertEquals(List.of("r: will be paused", "r: PAUSED"), paused.lines(), paused.err());
        console.on("GET /api/runs/r", Answer.json(200, "{\"phase\":\"COMPLETED\"}"));
        CommandRun late = console.run("run", "pause", "r", "--wait");
        assertEquals(1, late.exitCode());
        assertTrue(late.err().contains("it ended before it could be told to pause: COMPLETED"), late.err());
        console.on("POST /api/runs/r/stop", Answer.json(200, "{}"));
        assertEquals(0, console.run("run", "stop", "r", "--wait").exitCode());
        console.on("POST /api/runs/r/resume", Answer.json(200, "{}"));
        assertEquals(
                0, console.run("run", "resume", "r", "--wait").exitCode(), "it went on, and is at its end already");
    }

    @Test
    void pauseResumeAndStopAskTheConsole() {
        for (String action : List.of("pause", "resume", "stop")) {
            console.on("POST /api/runs/r/" + action, Answer.json(200, "{}"));
            assertEquals(0, console.run("run", action, "r").exitCode());
        }
        assertEquals(
                List.of("POST /api/runs/r/pause", "POST /api/runs/r/resume", "POST /api/runs/r/stop"),
                console.received);
    }

    private static final String DELETION =
            "{\"runId\":\"r\",\"bytes\":1234567890,\"objects\":34,\"usedBy\":[],\"mentionedBy\":[\"run 's' (COMPLETED)\"]}";

    @Test
    void aListIsNarrowedDownByTheConsole() {
        String query = "?phase=TRAINING%2CPAUSED&label=team%3Dvision&label=%21old&text=a%20b&since=2d&until=2026-11-01"
                + "&lifecycle=ACTIVE%2CARCHIVED%2CDELETING%2CDELETED&order=newest&limit=2";
        console.on(
                "GET /api/runs" + query,
                Answer.json(
                        200,
                        "[{\"runId\":\"new\",\"phase\":\"PAUSED\",\"message\":\"rests\",\"lifecycle\":\"ARCHIVED\",\"labels\":"
                                + "{\"a\":\"\",\"team\":\"vision\"},\"stored\":{\"bytes\":1234567}},{\"runId\":\"old\"}]"));
        CommandRun run = console.run(
                "run",
                "list",
                "--phase=TRAINING,PAUSED",
                "--label=team=vision",
                "--label=!old",
                "--text=a b",
                "--since=2d",
                "--until=2026-11-01",
                "--archived",
                "--deleted",
                "--newest=2");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.lines().get(1).startsWith("old "), run.out());
        assertTrue(
                run.lines().get(2).matches("new +PAUSED .* - +1.23 MB  archived  a=  team=vision  rests"), run.out());

        console.on("GET /api/runs?label=x", Answer.json(200, "[]"));
        assertEquals(
                "no such runs", console.run("run", "list", "--label", "x").out().strip());
    }

    @Test
    void labelsAreGivenAndTakenAway() {
        console.on("PATCH /api/runs/r/labels", Answer.json(200, "{\"labels\":{\"a\":\"\",\"team\":\"vision\"}}"));
        CommandRun run = console.run("run", "label", "r", "team=vision", "a=", "old-");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("r: a= team=vision", run.out().strip());
        assertEquals(
                List.of("PATCH /api/runs/r/labels application/json {\"team\":\"vision\",\"a\":\"\",\"old\":null}"),
                console.received);
        for (String none : List.of("team", "=x", "-")) {
            assertEquals(2, console.run("run", "label", "r", none).exitCode(), none);
        }
    }

    @Test
    void aRunIsPutAwayAndTakenBack() {
        for (String action : List.of("archive", "unarchive")) {
            console.on("POST /api/runs/r/" + action, Answer.json(200, "{}"));
            assertEquals(0, console.run("run", action, "r").exitCode());
        }
        assertEquals(List.of("POST /api/runs/r/archive", "POST /api/runs/r/unarchive"), console.received);
    }

    @Test
    void aDeletionSaysWhatGoesAndAsksForTheName() {
        console.on("GET /api/runs/r/deletion", Answer.json(200, DELETION));
        console.on("DELETE /api/runs/r", Answer.json(202, "{}"));
        console.on("DELETE /api/runs/r?history=true", Answer.json(202, "{}"));
        CommandRun wrong = answering("s\n", "run", "delete", "r");
        assertEquals(1, wrong.exitCode());
        assertTrue(wrong.out().startsWith("r: 1.23 GB in 34 files; its records stay"), wrong.out());
        assertTrue(wrong.out().contains("cannot be done again without it: run 's' (COMPLETED)"), wrong.out());
        assertTrue(wrong.err().contains("nothing was deleted"), wrong.err());
        assertEquals(List.of("GET /api/runs/r/deletion"), console.received);

        assertEquals(0, answering("r\n", "run", "delete", "r").exitCode());
        assertEquals(
                0,
                answering("", "run", "delete", "r", "--yes", "--with-history").exitCode());
        assertEquals(
                List.of("DELETE /api/runs/r", "DELETE /api/runs/r?history=true"),
                console.received.stream()
                        .filter(line -> line.startsWith("DELETE"))
                        .toList());
    }

    /** It ended as soon as a console that was started anew did not answer. */
    @Test
    void whoWaitsForADeletionWaitsForTheConsoleToo() {
        console.on("GET /api/runs/r/deletion", Answer.json(200, DELETION));
        console.on("DELETE /api/runs/r", Answer.json(202, "{}"));
        Answer deleting = Answer.json(200, "[{\"runId\":\"r\"}]");
        Answer gone = Answer.json(200, "[]");
        for (String query : List.of("lifecycle=DELETING&text=r", "text=r&lifecycle=DELETING")) {
            console.on("GET /api/runs?" + query, deleting, Answer.json(503, "{}"), Answer.later("1"), deleting, gone);
        }
        CommandRun run = answering("", "run", "delete", "r", "--yes", "--wait");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.lines().contains("r: is deleted"), run.out());
        assertEquals(
                5,
                console.received.stream()
                        .filter(line -> line.startsWith("GET /api/runs?"))
                        .count());
    }

    @Test
    void whatStaysSinceItIsAnotherClustersIsSaidBeforeTheQuestion() {
        String others =
                "another run of this name, submitted at 2026-01-02T03:04:05Z, has left its files at s3://x/one/r";
        console.on(
                "GET /api/runs/r/deletion",
                Answer.json(200, DELETION.replace("}", ",\"othersFiles\":\"" + others + "\"}")));
        console.on("DELETE /api/runs/r", Answer.json(202, "{}"));
        CommandRun run = answering("", "run", "delete", "r", "--yes");
        assertTrue(run.out().contains("what lies under its name stays: " + others), run.out());
        assertEquals(0, run.exitCode());
    }

    /** Whoever uses it is said by the console: nobody is asked for what is refused. */
    @Test
    void whatIsStillUsedIsRefusedWithoutAQuestion() {
        console.on("GET /api/runs/r/deletion", Answer.json(200, DELETION.replace("[]", "[\"run 't'\"]")));
        // By then run 't' has ended: what nobody was asked about went.
        console.on("DELETE /api/runs/r", Answer.json(202, "{\"runId\":\"r\"}"));
        CommandRun run = answering("", "run", "delete", "r");
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("still used: run 't'; let that end first"), run.err());
        assertFalse(run.out().contains("is being deleted"), run.out());

        console.on(
                "DELETE /api/runs/r",
                Answer.json(
                        409,
                        "{\"title\":\"Conflict\",\"detail\":\"the artifacts of run 'r' are still used: run 't'\"}"));
        run = answering("", "run", "delete", "r", "--yes");
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("still used: run 't'"), run.err());
    }

    private CommandRun answering(String input, String... arguments) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            return console.run(arguments);
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void aForkSaysWhichConstraintsOfTheRunItHasAsTheyWereSubmitted() {
        console.on(
                "GET /api/runs/r",
                Answer.json(
                        200,
                        "{\"spec\":{\"name\":\"r\",\"constraints\":[{\"id\":\"a\"},{\"id\":\"b\"}]},\"constraints\":["
                                + "{\"constraintId\":\"a\",\"version\":1,\"state\":\"ACTIVE\"},"
                                + "{\"constraintId\":\"b\",\"version\":2,\"state\":\"ACTIVE\"},"
                                + "{\"constraintId\":\"b.other\",\"version\":1,\"state\":\"SHADOW\"}]}"));
        console.on("POST /api/runs", Answer.json(201, "{\"runId\":\"s\"}"));
        String warned = console.run("run", "fork", "r", "--name", "s").err();
        assertTrue(warned.contains("not taken over: b ("), warned);
        String spokenOf = console.run("run", "fork", "r", "--name", "s", "constraints.b.threshold=0.1")
                .err();
        assertFalse(spokenOf.contains("warning"), spokenOf);
    }

    /** Those that it was submitted with may be changed since. */
    @Test
    void aForkHasTheLabelsThatTheRunHasNow() {
        console.on(
                "GET /api/runs/r",
                Answer.json(
                        200,
                        "{\"labels\":{\"team\":\"audio\"},\"spec\":{\"name\":\"r\",\"labels\":{\"team\":\"vision\",\"old\":\"x\"}}}"));
        console.on("POST /api/runs", Answer.json(201, "{\"runId\":\"s\"}"));
        assertEquals(
                0,
                console.run("run", "fork", "r", "--name", "s", "labels.try=two").exitCode());
        assertTrue(
                console.received.get(1).contains("labels:\n  team: \"audio\"\n  try: \"two\"\n"),
                console.received.toString());
    }
}
