package io.saddle.cli.pipeline;

import io.saddle.cli.connection.ChangeReason;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.ConsoleCommand;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Starts a pipeline that is defined. */
@Command(
        name = "start",
        description =
                "Starts an execution of a pipeline that is defined already: of its newest revision, or of an older one.",
        footer = {
            "  ./saddle pipeline start my-pipeline",
            "  ./saddle pipeline start my-pipeline --revision 2",
            "  ./saddle pipeline start tune --after pretrain-7"
        })
final class PipelineStartCommand extends ConsoleCommand {

    @Parameters(paramLabel = "PIPELINE", description = "The pipeline.")
    private String pipeline;

    @Option(names = "--revision", paramLabel = "N", description = "A revision of its definition (default: the newest).")
    private Integer revision;

    @Option(
            names = "--after",
            paramLabel = "EXECUTION",
            description = "An execution of another pipeline that has succeeded: what it has made is what"
                    + " $${after.steps.NAME.OUTPUT} stands for.")
    private String after;

    @Mixin
    private ChangeReason reason;

    @Override
    protected int ask(ConsoleClient console, PrintWriter out) {
        Executions.started(new PipelineClient(reason.with(console)).start(pipeline, revision, after), out, err());
        return ExitCode.OK;
    }
}
