package io.saddle.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.lab.report.Shortening;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.stack.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemoOptionsTest {

    private static final Path EXAMPLES = Distribution.locate().examples();
    private static final List<String> FILES = List.of("mnist-unconstrained.yaml", "mnist-minority.yaml");

    @Test
    void theLongRunsAreTheExamples() throws IOException {
        for (String file : FILES) {
            RunSpec run = run(new DemoOptions(Path.of("out"), true, new Shortening(), null), file);
            String example = Files.readString(EXAMPLES.resolve(file));
            RunSpec expected = new RunSpecParser().parse(file, example.replaceFirst("(?m)^name: .*$", "name: a-run"));
            assertEquals(expected, run);
        }
    }

    @Test
    void theShortRunsDifferInStepsPrecisionSamplingAndHowRareTheDigitsAre() throws IOException {
        for (String file : FILES) {
            RunSpec run = run(new DemoOptions(Path.of("out"), false, new Shortening(), null), file);
            assertEquals(RunSpec.Precision.AUTO, run.training().precision());
            assertEquals(RunSpec.Precision.AUTO, run.evaluation().precision());
            assertEquals("dpmpp-2m", run.evaluation().sampler());
            assertEquals(20, run.evaluation().samplerSteps());
            RunSpec example = run(new DemoOptions(Path.of("out"), true, new Shortening(), null), file);
            assertEquals(
                    List.of(1600L, 1200L),
                    List.of(example.training().steps(), run.training().steps()));
            assertEquals(example.training().batchSize(), run.training().batchSize());
            assertEquals(example.evaluation().finalImages(), run.evaluation().finalImages());
            assertEquals(example.dual(), run.dual());
            RunSpec.Share few = new RunSpec.Share(50, null);
            assertEquals(Map.of(4, few, 5, few, 7, few), run.data().classes());
            assertEquals(example.data().images(), run.data().images());
            assertEquals(
                    example.constraints().stream().map(RunSpec.Constraint::id).toList(),
                    run.constraints().stream().map(RunSpec.Constraint::id).toList());
            for (RunSpec.Constraint constraint : run.constraints()) {
                int digit = Integer.parseInt(constraint.id().replace("digit-", ""));
                assertEquals(Map.of(digit, few), constraint.data().classes());
                assertEquals(0, constraint.threshold());
            }
        }
    }

    @Test
    void whatIsAskedForGoesIntoBothRuns() throws IOException {
        for (String file : FILES) {
            RunSpec run = run(new DemoOptions(Path.of("out"), false, new Shortening(130L, 32), 5L), file);
            assertEquals(
                    List.of("a-run", 130L, 32, 5L),
                    List.of(run.name(), run.training().steps(), run.evaluation().finalImages(), run.seed()));
        }
    }

    private static RunSpec run(DemoOptions options, String file) throws IOException {
        return new RunSpecParser().parse(file, options.specification(EXAMPLES.resolve(file), "a-run"));
    }
}
