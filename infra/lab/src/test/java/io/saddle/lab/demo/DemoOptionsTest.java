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
    void theShortRunsDifferInPrecisionAndSamplingOnly() throws IOException {
        for (String file : FILES) {
            RunSpec run = run(new DemoOptions(Path.of("out"), false, new Shortening(), null), file);
            assertEquals(RunSpec.Precision.AUTO, run.training().precision());
            assertEquals("dpmpp-2m", run.evaluation().sampler());
            assertEquals(20, run.evaluation().samplerSteps());
            RunSpec example = run(new DemoOptions(Path.of("out"), true, new Shortening(), null), file);
            assertEquals(example.training().steps(), run.training().steps());
            assertEquals(example.training().batchSize(), run.training().batchSize());
            assertEquals(example.evaluation().every(), run.evaluation().every());
            assertEquals(example.evaluation().finalImages(), run.evaluation().finalImages());
            assertEquals(example.data(), run.data());
            assertEquals(example.constraints(), run.constraints());
            assertEquals(example.dual(), run.dual());
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
