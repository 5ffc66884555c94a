package io.saddle.cli.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.CommandRun;
import io.saddle.cli.FakeConsole;
import io.saddle.cli.FakeConsole.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class PipelineCommandTest {

    @TempDir
    Path folder;

    @RegisterExtension
    final FakeConsole console = new FakeConsole();

    private String file() throws Exception {
        return Files.writeString(folder.resolve("p.yaml"), "name: p\n").toString();
    }

    private static String execution(String phase, String... steps) {
        return "{\"executionId\":\"p-1\",\"pipeline\":\"p\",\"pipelineRevision\":2,\"phase\":\"" + phase
                + "\",\"message\":\"\",\"steps\":[" + String.join(",", steps) + "]}";
    }

    private static String step(String name, String phase, String more) {
        return "{\"name\":\"" + name + "\",\"phase\":\"" + phase + "\",\"attempt\":1,\"run\":\"p-1." + name
                + "\",\"message\":\"\",\"outputs\":{}" + more + "}";
    }

    @Test
    void submitDefinesAndStartsAndPrintsTheExecutionAlone() throws Exception {
        console.on("POST /api/pipelines", Answer.json(201, "{\"name\":\"p\",\"revision\":2}"));
        console.on("POST /api/pipelines/p/executions", Answer.json(201, execution("RUNNING")));
        CommandRun run = console.run("pipeline", "submit", file());
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("p-1", run.out().strip());
        assertTrue(run.err().contains("./saddle pipeline watch p-1"), run.err());
        assertEquals("POST /api/pipelines application/yaml name: p\n", console.received.get(0));
    }

    @Test
    void aDefinitionCanBeKeptAndStartedLaterByItsRevision() throws Exception {
        console.on("POST /api/pipelines", Answer.json(201, "{\"name\":\"p\",\"revision\":2}"));
        console.on("POST /api/pipelines/p/executions?revision=1", Answer.json(201, execution("RUNNING")));
        assertEquals(
                "p",
                console.run("pipeline", "submit", file(), "--no-start").out().strip());
        assertEquals(1, console.received.size());
        assertEquals(
                "p-1",
                console.run("pipeline", "start", "p", "--revision", "1").out().strip());
    }

    @Test
    void mistakesAreOneALine() throws Exception {
        console.on(
                "POST /api/pipelines/check",
                new Answer(
                        400,
                        "application/problem+json",
                        "{\"status\":400,\"detail\":\"the pipeline has mistakes\",\"problems\":[{\"path\":\"steps.a\","
                                + "\"message\":\"must have one of run, approval and task\"}]}"));
        CommandRun run = console.run("pipeline", "check", file());
        assertEquals(4, run.exitCode());
        assertTrue(run.err().contains("steps.a: must have one of run, approval and task"), run.err());
    }

    @Test
    void showSaysWhatEachStepHasMadeOrHowFarItIs() {
        console.on(
                "GET /api/executions/p-1",
                Answer.json(
                        200,
                        execution(
                                "RUNNING",
                                step(
                                        "a",
                                        "SUCCEEDED",
                                        ",\"outputs\":{\"run\":\"p-1.a\",\"frechet\":\"31.123456\","
                                                + "\"network\":\"small-cnn\",\"share.4\":\"0.1\",\"steps\":\"600\"}"),
                                step("b", "RUNNING", ",\"progress\":0.25"),
                                step("c", "WAITING", ""))));
        List<String> lines =
                console.run("pipeline", "show", "p-1").out().lines().toList();
        assertEquals("p-1: RUNNING, revision 2", lines.get(0));
        assertEquals("a                                  SUCCEEDED        1  frechet 31.12, run p-1.a", lines.get(2));
        assertEquals("b                                  RUNNING          1  25 %", lines.get(3));
        assertTrue(console.run("pipeline", "show", "p-1", "--json").out().contains("\"pipelineRevision\" : 2"));
    }

    @Test
    void listCountsTheStepsThatAreOver() {
        console.on(
                "GET /api/pipelines",
                Answer.json(
                        200,
                        "[{\"name\":\"p\",\"revision\":2,\"newest\":"
                                + execution("RUNNING", step("a", "SUCCEEDED", ""), step("b", "RUNNING", ""))
                                + "},{\"name\":\"q\",\"revision\":1,\"newest\":null}]"));
        List<String> lines = console.run("pipeline", "list").out().lines().toList();
        assertTrue(lines.get(1).matches("p +2 +p-1 +RUNNING +1/2"), lines.get(1));
        assertTrue(lines.get(2).matches("q +1 +- +-"), lines.get(2));
    }

    @Test
    void watchTellsEachChangeOnceAndEndsWithTheExecution() {
        console.on(
                "GET /api/executions/p-1",
                Answer.json(200, execution("RUNNING", step("a", "RUNNING", ""), step("look", "WAITING", ""))),
                Answer.json(200, execution("RUNNING", step("a", "RUNNING", ""), step("look", "WAITING", ""))),
                Answer.json(200, execution("RUNNING", step("a", "SUCCEEDED", ""), step("look", "APPROVAL", ""))),
                Answer.json(200, execution("FAILED", step("a", "SUCCEEDED", ""), step("look", "FAILED", ""))));
        CommandRun run = console.run("pipeline", "watch", "p-1");
        assertEquals(1, run.exitCode());
        assertEquals(
                List.of(
                        "a: RUNNING, p-1.a",
                        "a: SUCCEEDED",
                        "look: APPROVAL",
                        "  './saddle pipeline approve p-1 look' goes on, 'refuse' ends it",
                        "look: FAILED",
                        "p-1: FAILED"),
                run.out().lines().toList());
    }

    /** It ended with the exit code of an execution that has failed. */
    @Test
    void aWatchOfAConsoleThatIsToBeAskedLaterGoesOnThen() {
        console.on(
                "GET /api/executions/p-1",
                Answer.json(200, execution("RUNNING", step("a", "RUNNING", ""))),
                Answer.later("1"),
                Answer.json(200, execution("SUCCEEDED", step("a", "SUCCEEDED", ""))));
        CommandRun run = console.run("pipeline", "watch", "p-1");
        assertEquals(0, run.exitCode(), run.err());
    }

    @Test
    void whatIsWantedOfAnExecutionIsAskedOfTheConsole() {
        console.on("POST /api/executions/p-1/retry", Answer.json(200, execution("FAILED")));
        console.on("POST /api/executions/p-1/steps/look/decision", Answer.json(200, execution("RUNNING")));
        assertEquals(
                "p-1: is tried again",
                console.run("pipeline", "retry", "p-1").out().strip());
        assertEquals(
                "p-1: look is refused",
                console.run("pipeline", "refuse", "p-1", "look", "--reason", "blurred")
                        .out()
                        .strip());
        assertEquals(
                "POST /api/executions/p-1/steps/look/decision application/json {\"approved\":false,\"reason\":\"blurred\"}",
                console.received.get(1));
    }

    @Test
    void whoWaitsForAStopWaitsForTheStepsThatGoOn() {
        console.on("POST /api/executions/p-1/stop", Answer.json(200, "{}"));
        console.on(
                "GET /api/executions/p-1",
                Answer.json(200, "{\"phase\":\"STOPPED\",\"steps\":[{\"name\":\"a\",\"phase\":\"RUNNING\"}]}"),
                Answer.json(200, "{\"phase\":\"STOPPED\",\"steps\":[{\"name\":\"a\",\"phase\":\"STOPPED\"}]}"));
        CommandRun run = console.run("pipeline", "stop", "p-1", "--wait");
        assertEquals(List.of("p-1: will be stopped", "p-1: STOPPED"), run.lines(), run.err());
        assertEquals(
                2,
                console.received.stream().filter(one -> one.startsWith("GET")).count());
    }

    /** For the console a step is stopped once that is wanted; its run cannot be deleted before it is. */
    @Test
    void whoWaitsForAStopOrAPauseWaitsForTheRuns() {
        for (String[] change : new String[][] {{"stop", "STOPPED"}, {"pause", "PAUSED"}}) {
            console.received.clear();
            console.on("POST /api/executions/p-1/" + change[0], Answer.json(200, "{}"));
            console.on("GET /api/executions/p-1", Answer.json(200, execution(change[1], step("a", change[1], ""))));
            console.on(
                    "GET /api/runs/p-1.a",
                    Answer.json(200, "{\"runId\":\"p-1.a\",\"phase\":\"TRAINING\"}"),
                    Answer.json(200, "{\"runId\":\"p-1.a\",\"phase\":\"" + change[1] + "\"}"));
            CommandRun run = console.run("pipeline", change[0], "p-1", "--wait");
            assertEquals("p-1: " + change[1], run.lines().get(1), run.err());
            assertEquals(
                    2,
                    console.received.stream()
                            .filter("GET /api/runs/p-1.a"::equals)
                            .count());
        }
    }

    /** A stop came before the console had submitted it: the command failed although the stop was taken. */
    @Test
    void nobodyWaitsForARunThatIsNotThere() {
        console.on("POST /api/executions/p-1/stop", Answer.json(200, "{}"));
        console.on("GET /api/executions/p-1", Answer.json(200, execution("STOPPED", step("a", "STOPPED", ""))));
        console.on("GET /api/runs/p-1.a", Answer.json(404, "{\"title\":\"there is no run 'p-1.a'\"}"));
        CommandRun run = console.run("pipeline", "stop", "p-1", "--wait");
        assertEquals(List.of("p-1: will be stopped", "p-1: STOPPED"), run.lines(), run.err());
        assertEquals(0, run.exitCode());
    }
}
