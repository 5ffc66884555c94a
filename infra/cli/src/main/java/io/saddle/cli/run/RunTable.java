package io.saddle.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.saddle.cli.terminal.ByteSize;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs as the console lists them, one a line. */
public final class RunTable {

    private static final String ROW = "%-28s %-24s %15s %9s %10s %8s  %s%n";

    private RunTable() {}

    /** What became of it unless it is active, its labels, and the reason why it does not train or what is still to come. */
    private static String remark(JsonNode run, RunState state) {
        String lifecycle = run.path("lifecycle").asText("ACTIVE");
        return Stream.concat(
                        Stream.of(lifecycle.equals("ACTIVE") ? "" : lifecycle.toLowerCase(Locale.ROOT)),
                        Stream.concat(
                                run.path("labels").properties().stream()
                                        .map(label -> label.getKey() + "="
                                                + label.getValue().asText()),
                                Stream.of(reason(run, state))))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("  "));
    }

    private static String reason(JsonNode run, RunState state) {
        if (RunState.isBeingJudged(run)) {
            return "its finished model is being judged";
        }
        boolean asExpected = state.phase().equals("TRAINING") || state.phase().equals("COMPLETED");
        return asExpected ? "" : state.message();
    }

    /** The newest last, where they are read. */
    static JsonNode reversed(JsonNode runs) {
        ArrayNode reversed = JsonNodeFactory.instance.arrayNode();
        runs.forEach(run -> reversed.insert(0, run));
        return reversed;
    }

    /** @param answer an array of runs, or an object with such an array as {@code runs} */
    public static void print(PrintWriter out, JsonNode answer) {
        JsonNode runs = answer.isArray() ? answer : answer.path("runs");
        if (runs.isEmpty()) {
            out.println("no runs: './saddle run submit FILE.yaml' starts one");
            return;
        }
        out.printf(ROW, "RUN", "PHASE", "STEP", "DUAL STEP", "SCORE", "STORED", "");
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
                    run.at("/stored/bytes").isNumber()
                            ? ByteSize.inWords(run.at("/stored/bytes").asLong())
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
