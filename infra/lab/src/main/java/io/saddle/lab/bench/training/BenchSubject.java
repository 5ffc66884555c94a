package io.saddle.lab.bench.training;

import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchSubcommand;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The run that benches train. */
final class BenchSubject {

    @Option(
            names = "--run",
            paramLabel = "FILE",
            description =
                    "The run whose network and settings are trained (default: infra/examples/mnist-minority.yaml).")
    private Path run;

    @Option(names = "--batch", paramLabel = "N", description = "Rows of a step (default: the run's).")
    private Integer batch;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "2",
            description = "Threads that train, of every contender (default: ${DEFAULT-VALUE}, as the primal trainer).")
    private int threads;

    RunSpec run(BenchContext context) throws IOException {
        Path file = run != null ? run : context.distribution().example("mnist-minority.yaml");
        return new RunSpecParser().parse(file.toString(), Files.readString(file));
    }

    /** Null: the run's. */
    Integer batch() {
        return batch == null ? null : BenchSubcommand.atLeastOne("--batch", batch);
    }

    int threads() {
        return BenchSubcommand.atLeastOne("--threads", threads);
    }
}
