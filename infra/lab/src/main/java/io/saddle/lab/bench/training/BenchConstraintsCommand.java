package io.saddle.lab.bench.training;

import io.saddle.diffusion.network.Precision;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.BenchSubcommand;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The bench of what constraints add to a training step. */
@Command(
        name = "constraints",
        description = {
            "ms per training step with 0, 1, 3 and 10 constraints, mixture against weighted-sum.",
            "Every constraint's multiplier is 0.5."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  ./saddle bench constraints", "  ./saddle bench constraints --precision BF16 --rounds 8"})
public final class BenchConstraintsCommand extends BenchSubcommand {

    @Mixin
    private BenchSubject subject;

    @Option(names = "--precision", paramLabel = "NAME", description = "${COMPLETION-CANDIDATES} (default: the run's).")
    private Precision precision;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "10",
            description = "Steps of a turn (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Turns of every kind of step (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Override
    public List<BenchReport> measure(BenchContext context) throws IOException {
        atLeastOne("--steps", steps);
        atLeastOne("--rounds", rounds);
        TrainingSubject network = TrainingSubject.ofRun(subject.run(context), subject.batch(), subject.threads());
        Precision chosen = precision != null ? precision : network.settings().precision();
        return List.of(new ConstraintsBench(context, network, chosen).measure(steps, rounds));
    }
}
