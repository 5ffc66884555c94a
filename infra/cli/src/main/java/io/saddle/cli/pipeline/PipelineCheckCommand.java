package io.saddle.cli.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.ConsoleCommand;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.TextInput;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Looks for mistakes in a definition. */
@Command(
        name = "check",
        description = "Reports every mistake in a definition and its runs, keeps nothing and starts nothing.",
        footer = "  ./saddle pipeline check my-pipeline.yaml")
final class PipelineCheckCommand extends ConsoleCommand {

    @Parameters(
            paramLabel = "FILE.yaml",
            description = "The definition; - is standard input, whose relative paths mean this folder.")
    private TextInput file;

    @Override
    protected int ask(ConsoleClient console, PrintWriter out) {
        JsonNode checked = new PipelineClient(console).check(file.text(), file.folder());
        out.println("no mistakes found; pipeline " + checked.path("name").asText() + " has these steps:");
        checked.path("steps").forEach(step -> out.println("  " + step.asText()));
        return ExitCode.OK;
    }
}
