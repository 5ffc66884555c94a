package io.saddle.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;

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
    }
}
