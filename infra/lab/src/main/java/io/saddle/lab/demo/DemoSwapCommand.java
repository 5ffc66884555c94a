package io.saddle.lab.demo;

import io.saddle.lab.report.OwnRuns;
import io.saddle.lab.report.ReportCommand;
import io.saddle.stack.Distribution;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;

/** An evaluator exchanged while a run trains. */
@Command(
        name = "swap",
        description = {
            "Trains a small model, starts an evaluator in JavaScript beside the run, puts it in the shadow of a constraint,"
                    + " compares, promotes it, and shows the multiplier across the swap. Needs Node.js and npm. Exit code 1"
                    + " if a step is lost or the log does not show who moved what."
        },
        footer = "  ./saddle demo swap")
final class DemoSwapCommand extends ReportCommand {

    DemoSwapCommand() {
        super("demo-swap");
    }

    @Override
    protected boolean run(OwnRuns runs, LocalSettings settings, Path examples, Path out)
            throws IOException, InterruptedException {
        return new SwapDemo(runs, settings, Distribution.locate().root(), out, SwapDemo.Pace.SHOWN, this::say).run();
    }
}
