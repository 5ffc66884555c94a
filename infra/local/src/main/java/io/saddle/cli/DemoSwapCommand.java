package io.saddle.cli;

import io.saddle.demo.SwapDemo;
import io.saddle.local.Distribution;
import io.saddle.local.Stack;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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
    private StackOptions stackOptions;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "Where the picture goes (default: .saddle/demo-swap).")
    private Path out;

    @Option(names = "--keep-up", description = "Leave running what the demo has started.")
    private boolean keepUp;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        PrintWriter terminal = command.commandLine().getOut();
        Stack stack = stackOptions.stack();
        boolean ranBefore = stack.isRunning();
        stack.up(stack.names());
        try {
            Path folder = out != null ? out : stack.settings().home().folder().resolve("demo-swap");
            Path root = Distribution.locate().root();
            SwapDemo demo = new SwapDemo(stack.settings(), root, folder, SwapDemo.Pace.SHOWN, line -> {
                terminal.println(line);
                terminal.flush();
            });
            return demo.run() ? ExitCode.OK : ExitCode.FAILED;
        } finally {
            if (!ranBefore && !keepUp) {
                stack.down();
            }
        }
    }
}
