package io.saddle.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs as the console lists them, one a line. */
public final class RunTable {

    private static final String ROW = "%-28s %-24s %15s %9s %10s  %s%n";

    private RunTable() {}

    /** The reason why it does not train, or what is still to come. */
    private static String remark(JsonNode run, RunState state) {
        if (RunState.isJudged(run)) {
            return "its finished model is being judged";
        }
        boolean asExpected = state.phase().equals("TRAINING") || state.phase().equals("COMPLETED");
        return asExpected ? "" : state.message();
    }

    /** @param answer an array of runs, or an object with such an array as {@code runs} */
    public static void print(PrintWriter out, JsonNode answer) {
        JsonNode runs = answer.isArray() ? answer : answer.path("runs");
        if (runs.isEmpty()) {
            out.println("no runs: './saddle run submit FILE.yaml' starts one");
            return;
        }
        out.printf(ROW, "RUN", "PHASE", "STEP", "DUAL STEP", "SCORE", "");
        runs.forEach(run -> {
            RunState state = RunState.of(run);
            JsonNode score = run.path("newestScore");
            String line = String.format(
                    Locale.ROOT,
                    ROW,
                    run.path("runId").asText(),
                    state.phase(),
                    state.step() + "/" + state.totalSteps(),
                    state.dualStep(),
                    score.path("value").isNumber()
                            ? String.format(
                                    Locale.ROOT, "%.3f", score.path("value").asDouble())
                            : "-",
                    remark(run, state));
            out.println(line.stripTrailing());
        });
        // What several wait for is said once.
        Map<String, List<String>> missing = new LinkedHashMap<>();
        runs.forEach(run -> run.path("missing")
                .forEach(message -> missing.computeIfAbsent(message.asText(), first -> new ArrayList<>())
                        .add(run.path("runId").asText())));
        missing.forEach((message, waiting) -> out.println(message + " (" + String.join(", ", waiting) + ")"));
    }
}
