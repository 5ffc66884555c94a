package io.saddle.lab.demo;

import io.saddle.lab.report.ReportOptions;
import io.saddle.stack.Distribution;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** An evaluator exchanged while a run trains. */
@Command(
        name = "swap",
        description = {
            "Trains a small model, starts an evaluator in JavaScript beside the run, puts it in the shadow of a constraint,"
                    + " compares, promotes it, and shows the multiplier across the swap. Needs Node.js and npm. Exit code 1"
                    + " if a step is lost or the log does not show who moved what."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  ./saddle demo swap")
final class DemoSwapCommand implements Callable<Integer> {

    @Mixin
    private ReportOptions report;

    @Override
    public Integer call() throws Exception {
        return report.run(
                "demo-swap",
                List.of(),
                (settings, examples, out, say) ->
                        new SwapDemo(settings, Distribution.locate().root(), out, SwapDemo.Pace.SHOWN, say).run());
    }
}
