package io.saddle.lab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.CommandRun;
import io.saddle.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyCommandTest {

    @TempDir
    private Path folder;

    private CommandRun study(String... arguments) {
        List<String> all = new ArrayList<>(List.of("experiment", "study"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--home", folder.resolve("home").toString()));
        return CommandRun.of(all.toArray(String[]::new));
    }

    /** Of the made study, with its results in {@link #evidence()}. */
    private CommandRun made(String option) {
        return study(
                folder.resolve("made.yaml").toString(),
                option,
                "--evidence",
                evidence().toString());
    }

    private void keep(String study, long seed, boolean quick) throws IOException {
        ResultFolder results = new ResultFolder(evidence().resolve(study));
        for (PlannedRun run : StudyPlan.of(MadeResults.study(folder), Set.of("free", "held"), List.of(seed), quick)) {
            results.keep(run, MadeResults.result(run, 0.3, 10, 0.09));
        }
    }

    private Path evidence() {
        return folder.resolve("docs/evidence");
    }

    private void keep(String... variants) throws IOException {
        ResultFolder results = new ResultFolder(evidence().resolve("made"));
        for (PlannedRun run : MadeResults.plan(MadeResults.study(folder))) {
            if (List.of(variants).contains(run.variant().name())) {
                results.keep(run, MadeResults.result(run, 0.1 * run.seed(), 10, 0.09));
            }
        }
    }

    /** No stack is started: nothing is to be trained. */
    @Test
    void aPartThatIsAskedForDoesNotTakeTheRestFromTheTables() throws IOException {
        keep("free", "held");

        CommandRun run = study(
                folder.resolve("made.yaml").toString(),
                "--only",
                "held",
                "--evidence",
                evidence().toString());

        assertEquals(ExitCode.OK, run.exitCode(), run.err());
        String document = Files.readString(folder.resolve("docs/evidence.md"));
        assertTrue(document.contains("| free (3 seeds) |"), document);
        assertTrue(document.contains("| under a constraint (3 seeds) |"), document);
        assertTrue(document.contains("(evidence/made/plot.svg)"), document);
        assertTrue(Files.exists(evidence().resolve("made/plot.svg")));
        assertTrue(Files.exists(folder.resolve("home/studies/made/report.html")));
    }

    @Test
    void tablesAreWrittenFromWhatIsThereAndSayWhatIsNot() throws IOException {
        keep("free");

        CommandRun run = made("--tables");

        assertEquals(ExitCode.FAILED, run.exitCode());
        String document = Files.readString(folder.resolve("docs/evidence.md"));
        assertTrue(document.contains("Without a result: held, seed 1 (not trained yet); held, seed 2"), document);
        assertFalse(document.contains("| under a constraint"), document);
    }

    /** They would have gone from the tables with the next command that names none. */
    @Test
    void seedsBeyondTheStudysStayInTheTables() throws IOException {
        keep("free", "held");
        keep("made", 7, false);

        CommandRun run = made("--tables");

        assertEquals(ExitCode.OK, run.exitCode(), run.err());
        assertTrue(Files.readString(folder.resolve("docs/evidence.md")).contains("| free (4 seeds) |"));
    }

    @Test
    void shortRunsReplaceNoWholeOnes() throws IOException {
        keep("free", "held");
        keep("made-quick", 1, true);

        CommandRun run = made("--quick");

        assertEquals(ExitCode.OK, run.exitCode(), run.err());
        assertFalse(Files.exists(folder.resolve("docs/evidence.md")));
    }

    @Test
    void resultsOfAnEarlierVersionOfTheStudyAreCalledThat() throws IOException {
        keep("free", "held");
        Path changed = folder.resolve("made.yaml");
        Files.writeString(
                changed, Files.readString(changed).replace("set: {constraints: []}", "set: {training: {steps: 11}}"));

        CommandRun run =
                study(changed.toString(), "--tables", "--evidence", evidence().toString());

        assertTrue(run.out().contains("free, seed 1: its result is of an earlier version of the study"), run.out());
    }

    @Test
    void seedsThatAreNoneAreRefused() {
        for (String seeds : List.of("1,1", "-1", "2000000000")) {
            CommandRun run = study("rare-digits", "--tables", "--seeds=" + seeds);
            assertEquals(ExitCode.INVALID_INPUT, run.exitCode(), seeds);
            assertTrue(run.err().contains("--seeds: different whole numbers"), run.err());
        }
    }

    @Test
    void whatIsNotThereSkipsTheStudyBeforeAnythingStarts() throws IOException {
        Path file = Files.writeString(
                folder.resolve("mine.yaml"),
                "{name: mine, question: q, base: {data: {images: '${data}/i', labels: '${data}/l'}}, variants: [{name: a}], seeds: [1]}");

        CommandRun run = study(file.toString(), "--data", folder.toString());

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertTrue(run.out().contains("SKIPPED mine: not there: ${data}/i (not in " + folder + ")"), run.out());
        assertFalse(Files.exists(folder.resolve("home")));
    }

    @Test
    void aNameThatIsNoneIsAnsweredWithThoseThatThereAre() {
        CommandRun run = study("none");

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertTrue(
                run.err().contains("there are batch-sizes, faces, knobs, learn-9, photographs, rare-digits"),
                run.err());
    }

    @Test
    void aVariantThatIsNoneIsAnsweredWithThoseThatThereAre() {
        MadeResults.study(folder);

        CommandRun run = study(folder.resolve("made.yaml").toString(), "--only", "fre");

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertTrue(run.err().contains("--only: there is no variant 'fre'; there are free, held"), run.err());
    }
}
