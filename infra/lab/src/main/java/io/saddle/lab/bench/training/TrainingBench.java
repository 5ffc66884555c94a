package io.saddle.lab.bench.training;

import io.saddle.lab.bench.Bench;
import io.saddle.lab.bench.BenchContext;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** A bench that trains the network of a run. */
abstract class TrainingBench extends Bench {

    private static final int PHOTOGRAPHS_BATCH = 32;

    @Option(
            names = "--run",
            paramLabel = "FILE",
            description =
                    "The run whose network and settings are trained (default: infra/examples/mnist-minority.yaml).")
    private Path run;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Rows of a step (default: the run's; 32 of photographs).")
    private Integer batch;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "2",
            description = "Threads that train, of every contender (default: ${DEFAULT-VALUE}, as the primal trainer).")
    private int threads;

    final TrainingSubject ofRun(BenchContext context) throws IOException {
        return TrainingSubject.ofRun(specification(context), batch, threads);
    }

    /** A larger network that is trained as the run says. */
    final TrainingSubject larger(BenchContext context) throws IOException {
        return TrainingSubject.larger(specification(context), batch, threads);
    }

    /**
     * The same network with other heads.
     *
     * @param headDim channels of an attention head; null = one head over all channels
     */
    final TrainingSubject withHeads(BenchContext context, TrainingSubject subject, Integer headDim) throws IOException {
        return subject.withHeads(specification(context), headDim, threads);
    }

    /** A network for photographs that is trained as the run says. */
    final TrainingSubject photographs(BenchContext context) throws IOException {
        return TrainingSubject.photographs(specification(context), batch != null ? batch : PHOTOGRAPHS_BATCH, threads);
    }

    private RunSpec specification(BenchContext context) throws IOException {
        atLeast("--batch", batch == null ? 1 : batch, 1);
        atLeast("--threads", threads, 1);
        Path file = run != null ? run : context.distribution().example("mnist-minority.yaml");
        return new RunSpecParser().parse(file.toString(), Files.readString(file));
    }
}
