package io.saddle.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.ConsoleCommand;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the runs. */
@Command(
        name = "list",
        description = {
            "Lists runs and where they stand, the oldest first: all of them, or those that meet every condition given. Runs that"
                    + " were archived or deleted are left out unless they are asked for."
        },
        footer = {
            "  ./saddle run list",
            "  ./saddle run list --phase TRAINING,PAUSED --label team=vision --since 2d",
            "  ./saddle run list --text mnist --until 2026-11-01 --archived",
            "  ./saddle run list --label '!team' --json"
        })
final class RunListCommand extends ConsoleCommand {

    @Option(
            names = "--phase",
            paramLabel = "PHASE",
            description =
                    "In one of these phases, with commas between: QUEUED, TRAINING, PAUSED, COMPLETED, FAILED, ...")
    private List<String> phases = List.of();

    @Option(
            names = "--label",
            paramLabel = "LABEL",
            description =
                    "With this label: KEY=VALUE, KEY!=VALUE (another one or none), KEY (any value), !KEY (none). All that"
                            + " are given have to hold.")
    private List<String> labels = List.of();

    @Option(
            names = "--text",
            paramLabel = "WORDS",
            description = "With these words in name, description or labels, in any case.")
    private String text;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description =
                    "Submitted since: a day (2026-11-01, UTC), a time (2026-11-01T08:00:00Z) or how long ago (90m, 36h, 2d,"
                            + " 3w).")
    private String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Submitted until; a day is meant as a whole.")
    private String until;

    @Option(names = "--archived", description = "Those that were archived, too.")
    private boolean archived;

    @Option(names = "--deleted", description = "Those whose artifacts are deleted, too.")
    private boolean deleted;

    @Option(names = "--newest", paramLabel = "N", description = "The newest N of them only.")
    private Integer newest;

    @Option(names = "--json", description = "What the console answers, as it is.")
    private boolean asJson;

    @Override
    protected int ask(ConsoleClient console, PrintWriter out) {
        JsonNode runs = console.runs(query());
        if (asJson) {
            out.println(runs.toPrettyString());
        } else if (runs.isEmpty() && isNarrowed()) {
            out.println("no such runs");
        } else {
            RunTable.print(out, newest == null ? runs : RunTable.reversed(runs));
        }
        return ExitCode.OK;
    }

    private boolean isNarrowed() {
        return !phases.isEmpty() || !labels.isEmpty() || text != null || since != null || until != null;
    }

    private Map<String, List<String>> query() {
        Map<String, List<String>> query = new LinkedHashMap<>();
        query.put("phase", phases);
        query.put("label", labels);
        put(query, "text", text);
        put(query, "since", since);
        put(query, "until", until);
        if (archived || deleted) {
            List<String> lifecycles = new ArrayList<>(List.of("ACTIVE"));
            if (archived) {
                lifecycles.add("ARCHIVED");
            }
            if (deleted) {
                lifecycles.addAll(List.of("DELETING", "DELETED"));
            }
            query.put("lifecycle", List.of(String.join(",", lifecycles)));
        }
        if (newest != null) {
            query.put("order", List.of("newest"));
            query.put("limit", List.of(newest.toString()));
        }
        return query;
    }

    private static void put(Map<String, List<String>> query, String name, String value) {
        if (value != null) {
            query.put(name, List.of(value));
        }
    }
}
