package io.saddle.cli.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.ConsoleCommand;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the pipelines, or the executions of one. */
@Command(
        name = "list",
        description = "Lists all pipelines with their newest executions, or the executions of one.",
        footer = {"  ./saddle pipeline list", "  ./saddle pipeline list my-pipeline", "  ./saddle pipeline list --json"
        })
final class PipelineListCommand extends ConsoleCommand {

    private static final String ROW = "%-28s %9s  %-28s %-10s %-7s  %s";

    @Parameters(arity = "0..1", paramLabel = "PIPELINE", description = "A pipeline, for all of its executions.")
    private String pipeline;

    @Option(names = "--json", description = "What the console answers, as it is.")
    private boolean asJson;

    @Override
    protected int ask(ConsoleClient console, PrintWriter out) {
        PipelineClient pipelines = new PipelineClient(console);
        JsonNode answer = pipeline == null ? pipelines.all() : pipelines.pipeline(pipeline);
        if (asJson) {
            out.println(answer.toPrettyString());
        } else if (pipeline != null) {
            heading(out);
            answer.path("executions").forEach(execution -> row(out, execution.path("pipelineRevision"), execution));
        } else if (answer.isEmpty()) {
            out.println("no pipelines: './saddle pipeline submit FILE.yaml' defines and starts one");
        } else {
            heading(out);
            answer.forEach(one -> row(out, one.path("revision"), one));
        }
        return ExitCode.OK;
    }

    private static void heading(PrintWriter out) {
        out.println(String.format(ROW, "PIPELINE", "REVISION", "EXECUTION", "PHASE", "STEPS", "")
                .stripTrailing());
    }

    /** @param one an execution, or a pipeline with its newest */
    private static void row(PrintWriter out, JsonNode revision, JsonNode one) {
        JsonNode execution = one.has("steps") ? one : one.path("newest");
        String name = one.has("steps")
                ? one.path("pipeline").asText()
                : one.path("name").asText();
        out.println(String.format(
                        ROW,
                        name,
                        revision.asText(),
                        execution.path("executionId").asText("-"),
                        execution.path("phase").asText("-"),
                        Executions.counted(execution),
                        execution.path("message").asText(""))
                .stripTrailing());
    }
}
