package io.saddle.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.cli.CommandRun;
import io.saddle.cli.FakeConsole;
import io.saddle.cli.FakeConsole.Answer;
import io.saddle.cli.PassingTime;
import io.saddle.cli.connection.ConsoleClient;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RunWatchTest {

    @RegisterExtension
    final FakeConsole console = new FakeConsole();

    private final PassingTime time = new PassingTime();

    /** What a watch ended with. */
    private record Watched(int exitCode, List<String> lines) {}

    private static void assertEndsWithItsScore(Watched run) {
        assertEquals(0, run.exitCode());
        assertEquals(
                List.of(
                        "trained; its finished model is being judged (Ctrl-C does not end that)",
                        "Frechet distance, small-cnn 12.500 at step 20",
                        "r: COMPLETED at step 20/20"),
                run.lines());
    }

    private Watched watch() {
        StringWriter out = new StringWriter();
        int exitCode = new RunWatch(
                        new ConsoleClient(console.url()), "r", new PrintWriter(out), Duration.ofMinutes(1), time)
                .follow();
        return new Watched(exitCode, out.toString().lines().toList());
    }

    private static String status(String phase, long step) {
        return "{\"runId\":\"r\",\"phase\":\"" + phase + "\",\"step\":" + step
                + ",\"totalSteps\":20,\"dualStep\":2,\"message\":\"\"}";
    }

    /** As the console has a run, with more of it. */
    private static String run(String phase, long step, String more) {
        return status(phase, step).replaceFirst("}$", more + "}");
    }

    /** As {@link #status}, said at some second. */
    private static String said(int second, String phase, String message) {
        return run(phase, 5, ",\"updatedAt\":\"2026-01-02T03:04:0" + second + "Z\"")
                .replace("\"message\":\"\"", "\"message\":\"" + message + "\"");
    }

    private static String score(long step) {
        return "{\"fid\":12.5,\"step\":" + step + ",\"featureExtractor\":\"small-cnn (64 features)\"}";
    }

    private static Answer stream(String... events) {
        return new Answer(200, "text/event-stream", String.join("", events));
    }

    private static String event(String name, String data) {
        return "event: " + name + "\ndata: " + data + "\n\n";
    }

    @Test
    void aWatchEndsWithZeroWhenTheRunCompletes() {
        console.on(
                "GET /api/runs/r",
                Answer.json(200, status("TRAINING", 1)),
                Answer.json(200, run("COMPLETED", 20, ",\"score\":" + score(20))));
        console.on(
                "GET /api/runs/r/events",
                stream(
                        ": hello\n\n",
                        event("status", status("TRAINING", 10)),
                        event("fid", score(10)),
                        event("summary", "{}"),
                        event("status", status("COMPLETED", 20))));
        Watched run = watch();
        assertEquals(0, run.exitCode());
        assertEquals(
                List.of(
                        "Frechet distance, small-cnn 12.500 at step 10",
                        "Frechet distance, small-cnn 12.500 at step 20",
                        "r: COMPLETED at step 20/20"),
                run.lines());
    }

    /** It ended with COMPLETED, and who waited for the score had to ask again. */
    @Test
    void aWatchEndsWithTheFinishedModelsScore() {
        console.on(
                "GET /api/runs/r",
                Answer.json(200, status("COMPLETED", 20)),
                Answer.json(200, run("COMPLETED", 20, ",\"judging\":true")),
                Answer.json(503, "{\"title\":\"the console has not read all topics yet\"}"),
                Answer.json(200, run("COMPLETED", 20, ",\"judging\":false,\"score\":" + score(20))));
        assertEndsWithItsScore(watch());
    }

    /** It ended without a word on the score as soon as its judge was started anew. */
    @Test
    void aJudgeThatIsAwayForAWhileEndsNoWatch() {
        console.on(
                "GET /api/runs/r",
                Answer.json(200, run("COMPLETED", 20, ",\"judging\":true")),
                Answer.json(200, run("COMPLETED", 20, ",\"judging\":true,\"score\":" + score(10))),
                Answer.json(200, run("COMPLETED", 20, ",\"judging\":false,\"score\":" + score(10))),
                Answer.json(200, run("COMPLETED", 20, ",\"judging\":false,\"score\":" + score(10))),
                Answer.json(200, run("COMPLETED", 20, ",\"judging\":false,\"score\":" + score(20))));
        assertEndsWithItsScore(watch());
    }

    @Test
    void whyAFinishedModelIsNotJudgedEndsTheWatchAndIsSaid() {
        String why = "its finished model is not judged: its weights are damaged; restore them";
        console.on(
                "GET /api/runs/r",
                Answer.json(200, run("COMPLETED", 20, ",\"judging\":true")),
                Answer.json(200, run("COMPLETED", 20, ",\"judging\":true")),
                Answer.json(
                        200,
                        run("COMPLETED", 20, ",\"judging\":false,\"notJudged\":\"" + why + "\"")
                                .replace("\"message\":\"\"", "\"message\":\"" + why + "\"")));
        Watched run = watch();
        assertEquals(0, run.exitCode());
        assertEquals("r: COMPLETED at step 20/20, " + why, run.lines().get(1));
        assertEquals(2, run.lines().size());
    }

    @Test
    void aScoreThatHasNotComeIsSaidNotToHave() {
        console.on("GET /api/runs/r", Answer.json(200, run("COMPLETED", 20, ",\"judging\":false")));
        Watched run = watch();
        assertEquals(0, run.exitCode());
        assertEquals(
                List.of(
                        "no score of it has come: './saddle dlq list' and the log of the fid-evaluator say why",
                        "r: COMPLETED at step 20/20"),
                run.lines());
    }

    @Test
    void aWatchTakesABrokenStreamUpAgain() {
        console.on("GET /api/runs/r", Answer.json(200, status("TRAINING", 1)));
        console.on(
                "GET /api/runs/r/events",
                stream(event("status", status("TRAINING", 10))),
                Answer.json(503, "{\"title\":\"starting\"}"),
                stream(event("status", status("FAILED", 12))));
        assertEquals(1, console.run("run", "watch", "r").exitCode());
        assertEquals(
                3,
                console.received.stream()
                        .filter(line -> line.endsWith("/events"))
                        .count());
    }

    /** It ended as if the run had failed. */
    @Test
    void aConsoleThatIsToBeAskedLaterIsAskedThen() {
        console.on(
                "GET /api/runs/r",
                Answer.later("300"),
                Answer.json(200, status("TRAINING", 1)),
                Answer.json(200, status("TRAINING", 1)),
                Answer.json(200, run("COMPLETED", 20, ",\"score\":" + score(20))));
        console.on("GET /api/runs/r/events", Answer.later("200"), stream(event("status", status("COMPLETED", 20))));
        assertEquals(0, watch().exitCode());
        assertEquals(Duration.ofSeconds(300 + 1 + 200 + 1), time.passed());
    }

    /** It was shown paused to who had just resumed it, and training for as long as no other trainer took it from one that had died. */
    @Test
    void whyARunWaitsIsAskedOfTheConsole() {
        console.on(
                "GET /api/runs/r",
                Answer.json(200, said(1, "QUEUED", "no. 3 of 5 that wait: all seats are taken")),
                // Nobody has spoken when the stream is alive, then the trainer has, then not again.
                Answer.json(200, said(1, "QUEUED", "waits: all seats are taken")),
                Answer.json(200, said(3, "QUEUED", "waits: its trainer has gone")),
                Answer.json(503, "{\"title\":\"starting\"}"),
                Answer.json(200, said(9, "STOPPED", "")));
        console.on(
                "GET /api/runs/r/events",
                stream(
                        event("status", said(1, "PAUSED", "paused; resume goes on from here")),
                        event("alive", "{}"),
                        event("status", said(3, "TRAINING", "")),
                        event("alive", "{}"),
                        event("alive", "{}"),
                        event("status", said(4, "PAUSED", "paused; resume goes on from here"))));
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(shown, true, StandardCharsets.UTF_8));
        try {
            assertEquals(5, watch().exitCode());
        } finally {
            System.setErr(before);
        }
        assertEquals(
                List.of(
                        "r: 5/20 (25 %), QUEUED: no. 3 of 5 that wait: all seats are taken",
                        "r: 5/20 (25 %), QUEUED: waits: all seats are taken",
                        "r: 5/20 (25 %), TRAINING",
                        "r: 5/20 (25 %), QUEUED: waits: its trainer has gone",
                        "r: 5/20 (25 %), PAUSED: paused; resume goes on from here",
                        "r: 5/20 (25 %), STOPPED"),
                shown.toString(StandardCharsets.UTF_8).lines().toList());
    }

    private static String alert(int second, String message) {
        return "{\"raisedAt\":\"2026-01-02T03:04:0" + second + "Z\",\"severity\":\"WARNING\",\"message\":\"" + message
                + "\",\"remedy\":\"look\"}";
    }

    private static String happened(String kind, int second, String text) {
        return "{\"at\":\"2026-01-02T03:04:0" + second + "Z\",\"kind\":\"" + kind
                + "\",\"severity\":\"WARNING\",\"text\":\"" + text + "\",\"more\":\"look\"}";
    }

    private static Answer timeline(String... events) {
        return Answer.json(200, "[" + String.join(",", events) + "]");
    }

    /** They were never told. */
    @Test
    void alertsThatAreRaisedWhileThereIsNoStreamAreToldOnce() {
        String before = happened("alert", 1, "before");
        String first = happened("alert", 3, "first");
        String meanwhile = happened("alert", 4, "meanwhile");
        console.on(
                "GET /api/runs/r",
                Answer.json(200, status("TRAINING", 1)),
                Answer.json(200, status("TRAINING", 1)),
                Answer.json(200, status("TRAINING", 1)),
                Answer.json(200, status("TRAINING", 1)),
                Answer.json(200, status("STOPPED", 12)));
        console.on(
                "GET /api/runs/r/history/timeline",
                timeline(before),
                timeline(before),
                // The console has been started anew, and still reads.
                timeline(happened("alert", 0, "long before"), before),
                Answer.json(503, "{\"title\":\"starting\"}"),
                timeline(before, happened("run", 2, "paused"), first, meanwhile, happened("alert", 4, "too")),
                timeline(before, first, meanwhile, happened("alert", 4, "too"), happened("alert", 5, "in the end")));
        console.on(
                "GET /api/runs/r/events",
                stream(event("alert", alert(3, "first"))),
                stream(event("alive", "{}"), event("alive", "{}"), event("alert", alert(4, "too"))));
        assertEquals(
                List.of(
                        "alert: WARNING first -> look",
                        "alert: WARNING meanwhile -> look",
                        "alert: WARNING too -> look",
                        "alert: WARNING in the end -> look",
                        "r: STOPPED at step 12/20"),
                watch().lines());
    }

    @Test
    void aWatchOfAStoppedRunEndsWithFive() {
        console.on("GET /api/runs/r", Answer.json(200, status("STOPPED", 5)));
        assertEquals(5, console.run("run", "watch", "r").exitCode());
    }

    @Test
    void aWatchOfARunThatDoesNotExistIsInvalidInput() {
        console.on("GET /api/runs/x", Answer.json(404, "{\"title\":\"no run 'x'\"}"));
        CommandRun run = console.run("run", "watch", "x");
        assertEquals(4, run.exitCode());
        assertEquals("error: no run 'x'", run.err().strip());
    }
}
