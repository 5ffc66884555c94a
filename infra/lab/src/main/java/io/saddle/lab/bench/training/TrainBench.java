package io.saddle.lab.bench.training;

import io.saddle.diffusion.network.Precision;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.QuickOption;
import io.saddle.lab.bench.RoundsOption;
import io.saddle.lab.bench.pytorch.CompileOption;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Time of a training step, saddle's beside PyTorch's: forward, backward, clipping, AdamW and the average of the weights. */
@Command(
        name = "train",
        description = {
            "ms per training step, fp32 and bf16, against the fastest PyTorch with the same network.",
            "A step is forward, backward, clipping, AdamW and the average of the weights, without Kafka. PyTorch is tried in"
                    + " every variant: eager or compiled, contiguous or channels-last, glibc's malloc as it is or tuned as"
                    + " saddle tunes it, attention as it comes, in fp32 or with heads folded into the batch. The fastest are"
                    + " compared, and the one as it comes."
        },
        footer = {
            "  ./saddle bench train",
            "  ./saddle bench train --network run --heads narrow --precision FP32 --json train.json",
            "  ./saddle bench train --quick"
        })
public final class TrainBench extends TrainingBench {

    private static final TrainEffort QUICK = new TrainEffort(1, 1, 1, 1, false);
    private static final int LARGER_COSTS = 5;

    enum Network {
        run,
        larger
    }

    /** Widths of attention heads. */
    enum Heads {
        narrow(8),
        single(null);

        private final Integer channels;

        Heads(Integer channels) {
            this.channels = channels;
        }
    }

    @Option(
            names = "--network",
            paramLabel = "NAME",
            split = ",",
            description = "Which networks: ${COMPLETION-CANDIDATES}; the larger one has 3x32x32 images and 5 million"
                    + " parameters (default: both).")
    private List<Network> networks;

    @Option(
            names = "--heads",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Attention heads of the networks: ${COMPLETION-CANDIDATES}; narrow ones have 8 channels, diffusers'"
                            + " default, a single one has all (default: both).")
    private List<Heads> heads;

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            split = ",",
            description = "Which precisions: ${COMPLETION-CANDIDATES} (default: both).")
    private List<Precision> precisions;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "20",
            description = "Steps of a turn and of a variant's trial; a fifth for the larger network (default:"
                    + " ${DEFAULT-VALUE}).")
    private int steps;

    @Mixin
    private final CompileOption compile = new CompileOption();

    @Mixin
    private final RoundsOption rounds = new RoundsOption(5);

    @Mixin
    private final QuickOption quick = new QuickOption();

    /** Measures; takes an hour with the defaults. */
    @Override
    public List<BenchReport> measure(BenchContext context) throws IOException {
        atLeast("--steps", steps, 1);
        atLeast("--rounds", rounds.number(), 1);
        List<Comparison> tables = new ArrayList<>();
        for (Network network : all(networks, Network.values())) {
            for (Heads width : all(heads, Heads.values())) {
                TrainingSubject subject =
                        withHeads(context, network == Network.run ? ofRun(context) : larger(context), width.channels);
                for (Precision precision : all(precisions, Precision.values())) {
                    tables.add(new TrainComparison(context, subject, precision, effort(network)).measure());
                }
            }
        }
        return List.of(new BenchReport("train", tables));
    }

    private TrainEffort effort(Network network) {
        if (quick.isAsked()) {
            return QUICK;
        }
        return network == Network.run
                ? new TrainEffort(rounds.number(), steps, 15, 3, compile.isAsked())
                : new TrainEffort(rounds.number(), Math.max(1, steps / LARGER_COSTS), 3, 2, compile.isAsked());
    }

    private static <T> List<T> all(List<T> chosen, T[] values) {
        return chosen != null ? chosen : List.of(values);
    }
}
