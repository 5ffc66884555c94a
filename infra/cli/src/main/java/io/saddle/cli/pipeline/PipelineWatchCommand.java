package io.saddle.cli.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.PatientAsker;
import io.saddle.cli.connection.Waiting;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Follows an execution until it is over. */
@Command(
        name = "watch",
        description =
                "Follows an execution until it is over: a line whenever a step begins, ends or waits for somebody. Ending"
                        + " the watch leaves the execution alone.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it succeeded", "1:it failed", "3:the console is not reachable", "5:it was stopped"},
        footer = "  ./saddle pipeline watch my-pipeline-1")
final class PipelineWatchCommand extends ExecutionCommand {

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long the console may be away before the watch gives up (default: ${DEFAULT-VALUE}).")
    private int patience;

    private final Map<String, String> said = new HashMap<>();

    @Override
    int ask(ConsoleClient console, String execution, PrintWriter out) throws InterruptedException {
        PipelineClient pipelines = new PipelineClient(console);
        PatientAsker asker = new PatientAsker(Duration.ofSeconds(patience), Waiting.REAL);
        while (true) {
            JsonNode answer = asker.answer(() -> pipelines.execution(execution));
            tell(answer);
            OptionalInt code = Executions.exitCode(answer);
            if (code.isPresent()) {
                say(execution + ": " + answer.path("phase").asText());
                return code.getAsInt();
            }
            Thread.sleep(LOOK_EVERY.toMillis());
        }
    }

    private void tell(JsonNode execution) {
        for (JsonNode step : execution.path("steps")) {
            String name = step.path("name").asText();
            String phase = step.path("phase").asText();
            String now = phase + " " + step.path("attempt").asText();
            String before = said.put(name, now);
            if (!now.equals(before) && !phase.equals("WAITING")) {
                String remark = phase.equals("RUNNING") ? step.path("run").asText() : Executions.remark(step);
                say(name + ": " + phase + (remark.isEmpty() ? "" : ", " + remark));
                if (phase.equals("APPROVAL")) {
                    say("  './saddle pipeline approve "
                            + execution.path("executionId").asText() + " " + name + "' goes on, 'refuse' ends it");
                }
            }
        }
    }
}
