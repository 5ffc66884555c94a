package io.saddle.lab.bench.fid;

import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.BenchSubcommand;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The Frechet distance against scipy's. */
@Command(
        name = "fid",
        description = {
            "The Frechet distance at 64, 512 and 2,048 dimensions against scipy's sqrtm, from the same statistics.",
            "The peer computes it as pytorch-fid does. Time counts from statistics in memory to the number; the statistics"
                    + " are of made features, kept for the next time."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  ./saddle bench fid", "  ./saddle bench fid --dimensions 2048 --rounds 5 --json fid.json"})
public final class BenchFidCommand extends BenchSubcommand {

    @Option(
            names = "--dimensions",
            paramLabel = "D",
            split = ",",
            defaultValue = "64,512,2048",
            description = "Lengths of a feature vector (default: ${DEFAULT-VALUE}).")
    private List<Integer> dimensions;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Turns of each side (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Override
    public List<BenchReport> measure(BenchContext context) throws IOException {
        atLeastOne("--rounds", rounds);
        dimensions.forEach(size -> atLeastOne("--dimensions", size));
        return List.of(new FidBench(new FidBench.Options(dimensions, rounds), context).measure());
    }
}
