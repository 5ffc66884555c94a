package io.saddle.lab.demo;

import io.saddle.lab.report.OwnRuns;
import io.saddle.lab.report.ReportCommand;
import io.saddle.lab.report.Shortening;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The main job on real data, end to end. */
@Command(
        name = "demo",
        description = {
            "Starts the stack, trains a model with and one without constraints on real digits of which three are rare, and"
                    + " shows the difference as a table, an HTML report and result.json. Exit code 1 if the"
                    + " constrained model is not what it promises."
        },
        subcommands = DemoSwapCommand.class,
        footer = {
            "  ./saddle demo",
            "  ./saddle demo --long",
            "  ./saddle demo swap",
            "  ./saddle demo --seed 2 --out report-2"
        })
public final class DemoCommand extends ReportCommand {

    @Option(
            names = "--long",
            description =
                    "The examples as they are: 1,600 steps, 100 images of each rare digit in place of 50, fp32 even where"
                            + " bf16 is faster, 50 network calls a sample in place of 20. Takes longer.")
    private boolean asTheyAre;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of both runs: initial weights, batches, noise, samples (default: as in the examples).")
    private Long seed;

    @Mixin
    private Shortening shortening;

    DemoCommand() {
        super("demo");
    }

    @Override
    protected boolean run(OwnRuns runs, LocalSettings settings, Path examples, Path out)
            throws IOException, InterruptedException {
        return new Demo(runs, settings, examples, new DemoOptions(out, asTheyAre, shortening, seed), this::say).run();
    }
}
