package io.saddle.lab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.terminal.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFolderTest {

    @TempDir
    private Path folder;

    @Test
    void aResultIsFoundAgainAsItWas() throws IOException {
        PlannedRun run = MadeResults.plan(MadeResults.study(folder)).get(1);
        ResultFolder results = new ResultFolder(folder.resolve("made"));
        RunResult result = MadeResults.result(run, 0.3, 12, 0.09);

        results.keep(run, result);

        assertEquals(result.toString(), results.find(run).orElseThrow().toString());
        assertTrue(Files.exists(folder.resolve("made/held-seed1.json")));
    }

    @Test
    void aResultOfAnEarlierReleaseIsRead() throws IOException {
        PlannedRun run = MadeResults.plan(MadeResults.study(folder)).get(1);
        ResultFolder results = new ResultFolder(folder);
        results.keep(run, MadeResults.result(run, 0.3, 12, 0.09));
        Path file = folder.resolve("held-seed1.json");
        String earlier = Files.readString(file).replaceAll("(?m)^.*\"(mixtureRareShare|heldOutObjective)\".*\\R", "");
        Files.writeString(file, earlier);

        assertNull(results.find(run).orElseThrow().mixtureRareShare());
        assertNull(results.find(run).orElseThrow().heldOutObjective());
    }

    @Test
    void aResultOfAnotherSpecificationDoesNotCount() throws IOException {
        PlannedRun run = MadeResults.plan(MadeResults.study(folder)).get(1);
        ResultFolder results = new ResultFolder(folder);
        results.keep(run, MadeResults.result(run, 0.3, 12, 0.09));

        PlannedRun changed =
                new PlannedRun(run.study(), run.variant(), run.seed(), run.specification(), "another", run.start());

        assertEquals(Optional.empty(), results.find(changed));
    }

    @Test
    void aDamagedResultIsNamedWithWhatToDo() throws IOException {
        PlannedRun run = MadeResults.plan(MadeResults.study(folder)).get(1);
        Files.writeString(folder.resolve("held-seed1.json"), "{\"study\": ");

        String said = assertThrows(CommandException.class, () -> new ResultFolder(folder).find(run))
                .getMessage();

        assertTrue(said.contains("held-seed1.json is no result of a study"), said);
        assertTrue(said.endsWith("delete it to run it again"), said);
    }

    /** There is no stack here: whoever asked it for anything would fail. */
    @Test
    void runsWhoseResultsAreThereAreNotTrainedAgain() throws Exception {
        List<PlannedRun> runs = MadeResults.plan(MadeResults.study(folder));
        ResultFolder results = new ResultFolder(folder);
        for (PlannedRun run : runs) {
            results.keep(run, MadeResults.result(run, 0.3, 12, 0.09));
        }
        StudyRunner runner = new StudyRunner(
                null,
                new ConsoleClient("http://127.0.0.1:1"),
                results,
                new Places(null, null, folder, null),
                null,
                line -> {});

        assertEquals(Map.of(), runner.run(runs, 1));
    }
}
