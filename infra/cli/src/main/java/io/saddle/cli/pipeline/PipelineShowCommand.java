package io.saddle.cli.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows an execution with its steps. */
@Command(
        name = "show",
        description = "Shows where an execution's steps stand, and what they have made.",
        footer = {"  ./saddle pipeline show my-pipeline-1", "  ./saddle pipeline show my-pipeline-1 --json"})
final class PipelineShowCommand extends ExecutionCommand {

    @Option(names = "--json", description = "What the console answers, as it is.")
    private boolean asJson;

    @Override
    int ask(ConsoleClient console, String execution, PrintWriter out) {
        JsonNode answer = new PipelineClient(console).execution(execution);
        if (asJson) {
            out.println(answer.toPrettyString());
        } else {
            Executions.print(out, answer);
        }
        return ExitCode.OK;
    }
}
