package io.saddle.lab.bench.training;

import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.BenchSubcommand;
import io.saddle.run.spec.RunSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Time of a training step beside PyTorch's. */
@Command(
        name = "train",
        description = {
            "ms per training step, fp32 and bf16, against PyTorch with the same network.",
            "A step is forward, backward, clipping, AdamW and the average of the weights, without Kafka. PyTorch runs"
                    + " eagerly, with glibc's malloc as it is and tuned as saddle tunes it."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  ./saddle bench train", "  ./saddle bench train --network run --rounds 3 --json train.json"})
public final class BenchTrainCommand extends BenchSubcommand {

    private static final int WARM_UP = 15;
    private static final int LARGER_WARM_UP = 3;
    private static final int LARGER_COSTS = 5;

    enum Network {
        run,
        larger
    }

    @Mixin
    private BenchSubject subject;

    @Option(
            names = "--network",
            paramLabel = "NAME",
            split = ",",
            description = "Which networks: ${COMPLETION-CANDIDATES}; the larger one has 3x32x32 images and 5 million"
                    + " parameters (default: both).")
    private List<Network> networks;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "20",
            description = "Steps of a turn; a fifth for the larger network (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Turns of every contender (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Override
    public List<BenchReport> measure(BenchContext context) throws IOException {
        atLeastOne("--steps", steps);
        atLeastOne("--rounds", rounds);
        RunSpec run = subject.run(context);
        List<TrainBench.Part> parts = new ArrayList<>();
        for (Network network : networks != null ? networks : List.of(Network.values())) {
            parts.add(
                    switch (network) {
                        case run ->
                            new TrainBench.Part(
                                    TrainingSubject.ofRun(run, subject.batch(), subject.threads()), steps, WARM_UP);
                        case larger ->
                            new TrainBench.Part(
                                    TrainingSubject.larger(run, subject.batch(), subject.threads()),
                                    Math.max(1, steps / LARGER_COSTS),
                                    LARGER_WARM_UP);
                    });
        }
        return List.of(new TrainBench(context, rounds).measure(parts));
    }
}
