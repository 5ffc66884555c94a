package io.saddle.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs as the console lists them, one a line. */
public final class RunTable {

    private RunTable() {}

    /** @param answer an array of runs, or an object with such an array as {@code runs} */
    public static void print(PrintWriter out, JsonNode answer) {
        JsonNode runs = answer.isArray() ? answer : answer.path("runs");
        if (runs.isEmpty()) {
            out.println("no runs: './saddle run submit FILE.yaml' starts one");
            return;
        }
        out.printf("%-28s %-24s %15s %9s%n", "RUN", "PHASE", "STEP", "DUAL STEP");
        runs.forEach(run -> {
            RunState state = RunState.of(run);
            out.printf(
                    "%-28s %-24s %15s %9d%n",
                    run.path("runId").asText(),
                    state.phase(),
                    state.step() + "/" + state.totalSteps(),
                    state.dualStep());
        });
        // What several wait for is said once.
        Map<String, List<String>> missing = new LinkedHashMap<>();
        runs.forEach(run -> run.path("missing")
                .forEach(message -> missing.computeIfAbsent(message.asText(), first -> new ArrayList<>())
                        .add(run.path("runId").asText())));
        missing.forEach((message, waiting) -> out.println(message + " (" + String.join(", ", waiting) + ")"));
    }
}
