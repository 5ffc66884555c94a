package io.saddle.lab.demo;

import io.saddle.lab.report.ReportOptions;
import java.util.List;
import java.util.concurrent.Callable;
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
        mixinStandardHelpOptions = true,
        subcommands = DemoSwapCommand.class,
        footerHeading = "%nExamples:%n",
        footer = {"  ./saddle demo", "  ./saddle demo swap", "  ./saddle demo --seed 2 --out report-2"})
public final class DemoCommand implements Callable<Integer> {

    @Mixin
    private ReportOptions report;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of both runs: initial weights, batches, noise, samples (default: as in the examples).")
    private Long seed;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Primal steps of each run (default: as in the examples).")
    private Long steps;

    @Option(
            names = "--images",
            paramLabel = "N",
            description = "Final samples of each run (default: as in the examples).")
    private Integer images;

    @Override
    public Integer call() throws Exception {
        return report.run(
                "demo",
                List.of(),
                (settings, examples, out, say) ->
                        new Demo(settings, examples, new DemoOptions(out, steps, images, seed), say).run());
    }
}
