package io.saddle.lab.bench.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.saddle.cli.terminal.CommandException;
import io.saddle.run.spec.RunSpec;
import io.saddle.stack.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTaskTest {

    /** The script draws its samples in the precision that it trains in. */
    @Test
    void trainingAndSamplingHaveThePrecisionThatBothSidesAreToldOf() throws IOException {
        RunTask task = RunTask.of(Distribution.locate().examples().resolve("mnist-unconstrained.yaml"), 40, 20, 8);
        assertEquals(
                RunSpec.Precision.valueOf(task.precision().name()),
                task.spec().training().precision());
        assertEquals(
                task.spec().training().precision(), task.spec().evaluation().precision());
        assertEquals(40, task.steps());
        assertEquals(20, task.spec().training().warmupSteps());
    }

    /** The stack trained with constraints, or from a model, and the script without: the table compared them. */
    @Test
    void aRunThatTheScriptCannotTrainIsRefused(@TempDir Path folder) throws IOException {
        Path constrained = Distribution.locate().examples().resolve("mnist-minority.yaml");
        assertEquals(
                "--run: " + constrained
                        + " has constraints; the script trains on 'data' alone, from weights drawn by the seed",
                refused(constrained));
        Path tuned = Files.writeString(folder.resolve("tuned.yaml"), """
                name: tuned
                initialModel: another-run
                """);
        assertEquals(
                "--run: " + tuned
                        + " has an initialModel; the script trains on 'data' alone, from weights drawn by the seed",
                refused(tuned));
    }

    private static String refused(Path file) {
        return assertThrows(CommandException.class, () -> RunTask.of(file, 40, 20, 8))
                .getMessage();
    }
}
