package io.saddle.cli.constraint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.CommandRun;
import io.saddle.cli.FakeConsole;
import io.saddle.cli.FakeConsole.Answer;
import io.saddle.cli.terminal.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConstraintCommandTest {

    private static final String VIEW =
            "{\"constraintId\":\"four\",\"state\":\"ACTIVE\",\"version\":2,\"evaluator\":\"e\",\"evaluatorOffered\":OFFERED,"
                    + "\"required\":\"at most 0.07\",\"bound\":0.07,\"relaxation\":0.012,\"loss\":0.0777,\"multiplier\":0.123456,"
                    + "\"standing\":\"violated by 11 %\"}";

    @TempDir
    Path folder;

    @RegisterExtension
    final FakeConsole console = new FakeConsole();

    private static Answer view(boolean offered) {
        return new Answer(200, "application/json", VIEW.replace("OFFERED", Boolean.toString(offered)));
    }

    @Test
    void aChangeIsPostedWithWhoAndWhyAndWhatIsInForceIsSaid() {
        console.on("POST /api/runs/r/constraints/four/threshold", view(true));

        CommandRun run = console.run(
                "constraint",
                "set-threshold",
                "r",
                "four",
                "0.07",
                "--by",
                "ada",
                "--reason",
                "too lax",
                "--version-seen",
                "1");

        assertEquals(0, run.exitCode(), run.err());
        assertEquals(
                "four: ACTIVE, version 2, measured by e, at most 0.07",
                run.out().strip());
        assertEquals(
                List.of("POST /api/runs/r/constraints/four/threshold application/json"
                        + " {\"by\":\"ada\",\"reason\":\"too lax\",\"version\":1,\"threshold\":0.07}"),
                console.received);
    }

    /** It looked like a run before its first dual step. */
    @Test
    void aListOfAConsoleThatStillReadsTheDualStepsSaysSo() {
        String unknown =
                "{\"constraintId\":\"four\",\"state\":\"ACTIVE\",\"version\":2,\"evaluator\":\"e\",\"required\":\"at"
                        + " most 0.07\",\"dualStepsKnown\":KNOWN}";
        console.on(
                "GET /api/runs/r/constraints",
                new Answer(200, "application/json", "[" + unknown.replace("KNOWN", "false") + "]"));
        String list = console.run("constraint", "list", "r").out();
        assertTrue(list.contains("still reads the dual steps"), list);

        console.on(
                "GET /api/runs/r/constraints",
                new Answer(200, "application/json", "[" + unknown.replace("KNOWN", "true") + "]"));
        list = console.run("constraint", "list", "r").out();
        assertFalse(list.contains("still reads"), list);
    }

    /** It said "the next dual step uses it", whatever it was. */
    @ParameterizedTest
    @CsvSource({
        "ACTIVE, the next dual step uses it",
        "SHADOW, 'its estimates are shown beside those of the evaluator in force, and move nothing'",
        "RETIRED, from the next dual step on it asks for nothing more"
    })
    void whatAChangeMeansFollowsFromWhatItLeftInForce(String state, String meaning) {
        console.on(
                "POST /api/runs/r/constraints/four/shadow",
                new Answer(
                        200, "application/json", VIEW.replace("OFFERED", "true").replace("ACTIVE", state)));

        CommandRun run = console.run("constraint", "shadow", "r", "four", "--evaluator", "e");

        assertEquals(
                meaning + "; './saddle constraint list r' shows how it stands",
                run.err().strip());
    }

    /** A mistake of the whole had an empty place before it. */
    @Test
    void ofAMistakeOfTheWholeNoPlaceIsNamed() {
        console.on(
                "POST /api/runs/r/constraints/four/shadow",
                new Answer(
                        400,
                        "application/problem+json",
                        "{\"title\":\"Bad Request\",\"detail\":\"no\",\"problems\":[{\"path\":\"\",\"message\":\"whole\"},"
                                + "{\"path\":\"as\",\"message\":\"part\"}]}"));

        CommandRun run = console.run("constraint", "shadow", "r", "four", "--evaluator", "e");

        assertEquals(
                List.of("  whole", "  as: part"),
                run.err().lines().filter(line -> line.startsWith("  ")).toList(),
                run.err());
    }

    @Test
    void anEvaluatorThatNobodyOffersIsWarnedOf() {
        console.on("POST /api/runs/r/constraints/four/shadow", view(false));

        CommandRun run = console.run("constraint", "shadow", "r", "four", "--evaluator", "e");

        assertEquals(0, run.exitCode());
        assertTrue(run.err().contains("warning: nobody offers the evaluator 'e' for its kind now"), run.err());
    }

    @Test
    void aLostRaceIsSaidAndFails() {
        console.on(
                "POST /api/runs/r/constraints/four/retire",
                new Answer(409, "application/problem+json", "{\"status\":409,\"detail\":\"is at version 3\"}"));

        CommandRun run = console.run("constraint", "retire", "r", "four", "--version-seen", "2");

        assertEquals(ExitCode.FAILED, run.exitCode());
        assertTrue(run.err().contains("is at version 3"), run.err());
    }

    @Test
    void aConstraintIsAddedFromAFile() throws Exception {
        console.on("POST /api/runs/r/constraints", view(true));
        Path file = Files.writeString(folder.resolve("nine.yaml"), "{id: nine, threshold: 1, data: {}}");

        CommandRun run = console.run("constraint", "add", "r", file.toString());

        assertEquals(0, run.exitCode(), run.err());
        assertEquals(
                List.of("POST /api/runs/r/constraints application/yaml {id: nine, threshold: 1, data: {}}"),
                console.received);
    }

    @Test
    void theListShowsHowEachStands() {
        console.on(
                "GET /api/runs/r/constraints",
                new Answer(200, "application/json", "[" + view(false).body() + "]"));

        CommandRun run = console.run("constraint", "list", "r");

        assertTrue(
                run.out()
                        .lines()
                        .anyMatch(
                                line -> line.matches(
                                        "four +ACTIVE +2 +e \\(nobody\\) +0\\.0777 +0\\.07 \\+ 0\\.012 +0\\.1235 +violated by 11 %")),
                run.out());
    }

    @Test
    void dualSettingsAreSentAsATree() {
        console.on("PATCH /api/runs/r/dual", new Answer(200, "application/json", "{}"));

        CommandRun run = console.run("dual", "set", "r", "optimizer=nupi", "nupi.kp=2", "nupi.nu=0.5");

        assertEquals(0, run.exitCode(), run.err());
        assertEquals(
                List.of("PATCH /api/runs/r/dual application/json"
                        + " {\"optimizer\":\"nupi\",\"nupi\":{\"kp\":2,\"nu\":0.5}}"),
                console.received);
    }
}
