package io.saddle.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.schema.DesiredState;
import io.saddle.schema.RunPhase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** A console: whether it answers, whom it takes one for, which services it has heard of, and which runs wait for somebody. */
final class ConsoleChecks {

    static final String CONSOLE = "console";
    static final String VERSIONS = "versions";
    static final String SERVICES = "services";
    static final String RUNS = "runs";

    /** Without it runs train, and their models have no score. */
    private static final String JUDGE = "fid-evaluator";
    /** Without them nothing trains, or no run is measured. */
    private static final List<String> NEEDED = List.of("primal-trainer", "constraint-evaluator");
    /** It works off what stands on the topics, and nothing waits to hear that it is there. */
    private static final String SILENT = "the dual updater does not announce itself";

    private final ConsoleClient client;
    private JsonNode announced;

    ConsoleChecks(ConsoleClient client) {
        this.client = client;
    }

    Finding console() {
        try {
            JsonNode me = client.me();
            String name = me.path("name").asText("");
            String who = name.isEmpty() || name.equals("null") ? "nobody is asked who he is" : "logged in as " + name;
            if (!me.path("operator").asBoolean()) {
                return Finding.warning(
                        CONSOLE,
                        client.url() + ": " + who + ", who may look and change nothing",
                        "to submit and change runs, log in as an operator: SADDLE_CONSOLE_USER and SADDLE_CONSOLE_PASSWORD");
            }
            announced = client.announced();
            return Finding.ok(CONSOLE, client.url() + ": " + who + ", may change runs");
        } catch (CommandException e) {
            return Finding.failed(CONSOLE, e.getMessage(), remedy(e));
        }
    }

    private static String remedy(CommandException e) {
        return e.exitCode() == ExitCode.UNREACHABLE ? "or name another with --console" : "";
    }

    /** The services' builds beside this command line's. */
    Finding versions(String own) {
        TreeSet<String> builds = new TreeSet<>();
        all().forEach(service -> builds.add(service.path("build").asText()));
        if (builds.isEmpty()) {
            return Finding.skipped(VERSIONS, "no service has said which it is");
        }
        return builds.equals(new TreeSet<>(List.of(own)))
                ? Finding.ok(VERSIONS, own + ", here and of the services that announce themselves; " + SILENT)
                : Finding.warning(
                        VERSIONS,
                        own + " here, " + String.join(" and ", builds) + " of the services",
                        "they understand each other while they are exchanged one by one; use the services' command line"
                                + " for what is new");
    }

    /** Which services announce themselves. */
    Finding services() {
        TreeSet<String> there = new TreeSet<>();
        all().forEach(service -> there.add(service.path("service").asText()));
        List<String> missing =
                NEEDED.stream().filter(name -> !there.contains(name)).toList();
        if (!missing.isEmpty()) {
            return Finding.failed(
                    SERVICES,
                    "the console hears nothing of " + String.join(" and ", missing),
                    "start them, and see their logs and /q/health/ready");
        }
        return there.contains(JUDGE)
                ? Finding.ok(SERVICES, String.join(", ", there) + " announce themselves; " + SILENT)
                : Finding.warning(
                        SERVICES,
                        "the console hears nothing of " + JUDGE + ": runs train, their models are not judged",
                        "if that is not on purpose, start it, and see its log and /q/health/ready");
    }

    /** The runs that wait for something other than a seat: for data, a store, a device, an evaluator. */
    Finding runs() {
        List<String> waiting = new ArrayList<>();
        for (JsonNode run : client.runs()) {
            run.path("missing").forEach(absence -> waiting.add(run.path("runId").asText() + ": " + absence.asText()));
            boolean isSetAside = run.path("phase").asText().equals(RunPhase.QUEUED.name())
                    && run.path("desiredState").asText().equals(DesiredState.RUNNING.name())
                    && run.path("queue").isNull();
            if (isSetAside) {
                waiting.add(
                        run.path("runId").asText() + ": " + run.path("message").asText());
            }
        }
        return waiting.isEmpty()
                ? Finding.ok(RUNS, "none waits for more than a seat")
                : Finding.warning(
                        RUNS, Listed.of(waiting), "'./saddle run show RUN' has its alerts, and what each says to do");
    }

    /** The newest time that a service said. */
    Optional<Instant> newest() {
        return all().stream()
                .map(service -> Instant.parse(service.path("announcedAt").asText()))
                .max(Instant::compareTo);
    }

    private List<JsonNode> all() {
        List<JsonNode> all = new ArrayList<>();
        if (announced == null) {
            announced = client.announced();
        }
        announced.forEach(all::add);
        return all;
    }
}
