package io.saddle.cli;

import io.saddle.demo.Demo;
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
        footer = {"  ./saddle demo", "  ./saddle demo swap", "  ./saddle demo --out report --steps 500"})
final class DemoCommand implements Callable<Integer> {

    @Mixin
    private StackOptions stackOptions;

    @Option(names = "--out", paramLabel = "FOLDER", description = "Where the report goes (default: .saddle/demo).")
    private Path out;

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
            Path folder = out != null ? out : stack.settings().home().folder().resolve("demo");
            Path examples = Distribution.locate().examples();
            Demo demo = new Demo(stack.settings(), examples, new Demo.Options(folder, steps, images), line -> {
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
