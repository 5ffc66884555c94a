package io.saddle.cli.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ChangeReason;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.ConsoleCommand;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.TextInput;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Defines a pipeline and starts it. */
@Command(
        name = "submit",
        description =
                "Keeps a definition as its pipeline's next revision and starts it, unless it has a schedule, which then does that. Whatever is wrong with it, or with one"
                        + " of its runs, is reported line by line and nothing starts. The newest definition again is no new revision;"
                        + " executions that are under way keep theirs.",
        footer = {
            "  ./saddle pipeline submit my-pipeline.yaml",
            "  ./saddle pipeline submit my-pipeline.yaml --no-start"
        })
final class PipelineSubmitCommand extends ConsoleCommand {

    @Parameters(
            paramLabel = "FILE.yaml",
            description = "The definition; - is standard input, whose relative paths mean this folder.")
    private TextInput file;

    @Option(names = "--no-start", description = "Keep the definition and start nothing.")
    private boolean definedOnly;

    @Mixin
    private ChangeReason reason;

    @Override
    protected int ask(ConsoleClient console, PrintWriter out) {
        PipelineClient pipelines = new PipelineClient(reason.with(console));
        JsonNode pipeline = pipelines.define(file.text(), file.folder());
        String name = pipeline.path("name").asText();
        boolean isScheduled = pipeline.path("schedule").isTextual();
        if (definedOnly || isScheduled) {
            out.println(name);
            err().println("revision " + pipeline.path("revision").asText()
                    + (isScheduled ? ", starts " + scheduled(pipeline) : "") + "; './saddle pipeline start " + name
                    + (isScheduled && !pipeline.path("next").isTextual() ? " --after EXECUTION" : "")
                    + "' starts it now");
        } else {
            Executions.started(pipelines.start(name, null, null), out, err());
        }
        return ExitCode.OK;
    }

    private static String scheduled(JsonNode pipeline) {
        String next = pipeline.path("next").asText("");
        return pipeline.path("schedule").asText() + (next.isEmpty() ? "" : ", next at " + next);
    }
}
