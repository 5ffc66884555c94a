package io.saddle.lab;

import io.saddle.cli.terminal.ExitCode;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.BenchSubcommand;
import io.saddle.lab.bench.fid.BenchFidCommand;
import io.saddle.lab.bench.page.BenchPageCommand;
import io.saddle.lab.bench.pipeline.BenchPipelineCommand;
import io.saddle.lab.bench.sample.BenchSampleCommand;
import io.saddle.lab.bench.training.BenchConstraintsCommand;
import io.saddle.lab.bench.training.BenchMemoryCommand;
import io.saddle.lab.bench.training.BenchTrainCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The benches. */
@Command(
        name = "bench",
        description = {
            "Measures saddle beside what people use today, both as processes that take turns on this machine. Peers in"
                    + " Python are measured where they are installed. Goals are shown beside the ratios; the exit code never"
                    + " depends on them."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            BenchTrainCommand.class,
            BenchConstraintsCommand.class,
            BenchMemoryCommand.class,
            BenchPipelineCommand.class,
            BenchSampleCommand.class,
            BenchFidCommand.class,
            BenchPageCommand.class,
            BenchCommand.All.class
        },
        footerHeading = "%nExamples:%n",
        footer = {"  ./saddle bench", "  ./saddle bench all --json result.json"})
final class BenchCommand implements Callable<Integer> {

    @Spec
    private CommandSpec command;

    /** Lists the benches. */
    @Override
    public Integer call() {
        PrintWriter out = command.commandLine().getOut();
        command.subcommands()
                .forEach((name, bench) -> out.printf(
                        "%-12s %s%n",
                        name, bench.getCommandSpec().usageMessage().description()[0]));
        out.println();
        out.println("each: ./saddle bench NAME [--help]");
        out.flush();
        return ExitCode.OK;
    }

    /** Every bench, one after the other. */
    @Command(
            name = "all",
            description = "All benches with their defaults.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  ./saddle bench all --json result.json")
    static final class All extends BenchSubcommand {

        @Spec
        private CommandSpec command;

        @Override
        public List<BenchReport> measure(BenchContext context) throws IOException, InterruptedException {
            List<BenchReport> reports = new ArrayList<>();
            for (CommandLine sibling : command.parent().subcommands().values()) {
                if (sibling.getCommand() instanceof BenchSubcommand bench && bench != this) {
                    // Parsing nothing gives every option its default.
                    sibling.parseArgs();
                    reports.addAll(bench.measure(context));
                }
            }
            return reports;
        }
    }
}
