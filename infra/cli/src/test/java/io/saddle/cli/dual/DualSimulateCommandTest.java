package io.saddle.cli.dual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.CommandRun;
import io.saddle.cli.terminal.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DualSimulateCommandTest {

    private static final String SPEC = """
            name: a
            dual: {learningRate: 0.5}
            constraints:
              - {id: four, threshold: 0.1, initialMultiplier: 0.25, data: {}}
              - {id: five, threshold: 0.1, dualLearningRate: 0.25, resilience: 0.5, data: {}}
            """;

    @TempDir
    Path folder;

    private CommandRun simulate(String spec, String violations) throws Exception {
        Path yaml = Files.writeString(folder.resolve("run.yaml"), spec);
        Path csv = Files.writeString(folder.resolve("violations.csv"), violations);
        return CommandRun.of("dual", "simulate", "--spec", yaml.toString(), "--violations", csv.toString());
    }

    @Test
    void theMultipliersAfterEachStepAreTheSpecificationsAscent() throws Exception {
        CommandRun run = simulate(SPEC, "five,four\n1,0.5\n1,-9\n");

        assertEquals(0, run.exitCode(), run.err());
        // four: 0.25 + 0.5 * 0.5, then down to 0; five: 0.25 * 1, then 0.25 + 0.25 * (1 - 2 * 0.5 * 0.25)
        assertEquals(
                List.of("four,five", "0.5,0.25", "0.0,0.4375"),
                run.out().lines().toList());
    }

    @Test
    void withoutANamedFirstLineTheColumnsAreInTheSpecificationsOrder() throws Exception {
        assertEquals(
                List.of("four,five", "0.5,0.25"),
                simulate(SPEC, "0.5,1\n").out().lines().toList());
    }

    /** Models and data sets had to be there, though nothing is trained. */
    @Test
    void neitherModelsNorDataSetsNeedBeThere() throws Exception {
        CommandRun run = simulate("""
                name: a
                data: {dataset: ./pictures, where: {split: train}}
                initialModel: run:pretrained@best
                dual: {learningRate: 0.5}
                constraints:
                  - {id: near, kind: distillation, threshold: 0.0003}
                  - {id: cats, kind: class-frequency, atLeast: 0.1, data: {classes: {cat: }}}
                """, "1,2\n");

        assertEquals(0, run.exitCode(), run.err());
        assertEquals(List.of("near,cats", "0.5,1.0"), run.out().lines().toList());
        CommandRun wrong = simulate("{name: a, dual: {learningRat: 1}, constraints: [{id: b, threshold: x}]}", "1\n");
        assertEquals(ExitCode.INVALID_INPUT, wrong.exitCode());
        assertTrue(wrong.err().contains("learningRat") && wrong.err().contains("threshold"), wrong.err());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "four,six;1,2 | violations.csv:1: the columns are [four, six], the specification's constraints [four, five]",
                "four,five;1 | violations.csv:2: has 1 values, there are 2 constraints",
                "four,five;1,2;1,x | violations.csv:3: 'x' under 'five' is not a finite number",
                "four,five;1,NaN | violations.csv:2: 'NaN' under 'five' is not a finite number"
            })
    void aTableThatDoesNotFitIsRefusedWithItsPlace(String table, String message) throws Exception {
        CommandRun run = simulate(SPEC, table.replace(";", "\n"));

        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertTrue(run.err().contains(message), run.err());
    }
}
