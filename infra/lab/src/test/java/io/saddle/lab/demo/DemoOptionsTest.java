package io.saddle.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.stack.Distribution;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoOptionsTest {

    private static final Path EXAMPLES = Distribution.locate().examples();
    private static final List<String> FILES = List.of("mnist-unconstrained.yaml", "mnist-minority.yaml");

    @Test
    void withoutOptionsTheRunsAreTheExamples() throws IOException {
        for (String file : FILES) {
            RunSpec run = run(new DemoOptions(Path.of("out"), null, null, null), file);
            assertEquals(1600, run.training().steps());
            assertEquals(RunSpec.Precision.FP32, run.training().precision());
            assertEquals("ddim", run.evaluation().sampler());
            assertEquals(50, run.evaluation().samplerSteps());
            assertEquals(2000, run.evaluation().finalImages());
        }
    }

    @Test
    void whatIsAskedForGoesIntoBothRuns() throws IOException {
        for (String file : FILES) {
            RunSpec run = run(new DemoOptions(Path.of("out"), 130L, 32, 5L), file);
            assertEquals(
                    List.of("a-run", 130L, 32, 5L),
                    List.of(run.name(), run.training().steps(), run.evaluation().finalImages(), run.seed()));
        }
    }

    private static RunSpec run(DemoOptions options, String file) throws IOException {
        return new RunSpecParser().parse(file, options.specification(EXAMPLES.resolve(file), "a-run"));
    }
}
