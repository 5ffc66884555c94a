package io.saddle.lab.soak;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.lab.report.OutputPlace;
import io.saddle.stack.Distribution;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Faults on purpose. */
@Command(
        name = "soak",
        description = {
            "Hurts a real stack while it trains, on free ports and in a folder of its own, and shows for each fault what"
                    + " must hold and whether it did. All scenarios take more than an hour. Exit code 1 if anything did not hold."
        },
        footer = {
            "  ./saddle soak --list",
            "  ./saddle soak --out report",
            "  ./saddle soak kills --kills 100 --seed 7",
            "  ./saddle soak thousand-runs --runs 200 --dual-steps 100",
            "  ./saddle soak --quick"
        })
public final class SoakCommand extends PrintingCommand {

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");

    @Parameters(paramLabel = "SCENARIO", arity = "0..*", description = "Only these (default: all; --list shows them).")
    private List<String> names = List.of();

    @Option(names = "--list", description = "Shows the scenarios and ends.")
    private boolean list;

    @Option(names = "--quick", description = "A little of each.")
    private boolean quick;

    @Option(
            names = "--kills",
            paramLabel = "N",
            description = "Kill -9 in each of the scenarios of kills (default: 40).")
    private Integer kills;

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "Simulated runs in the scenario thousand-runs (default: 1000).")
    private Integer runs;

    @Option(
            names = "--dual-steps",
            paramLabel = "N",
            description = "Dual steps that each of them makes as fast as they go (default: 1000).")
    private Integer dualSteps;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of moments and victims (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "Where soak.json and soak.md go, and the logs of what did not hold (default: .saddle/soak).")
    private Path folder;

    @Override
    protected int run(PrintWriter out) throws Exception {
        Intensity intensity = quick ? Intensity.QUICK : Intensity.FULL;
        if (kills != null) {
            atLeast("--kills", kills, 1);
            intensity = intensity.withKills(kills);
        }
        if (runs != null) {
            atLeast("--runs", runs, 1);
            intensity = intensity.withSimulatedRuns(runs);
        }
        if (dualSteps != null) {
            atLeast("--dual-steps", dualSteps, 1);
            intensity = intensity.withPastDualSteps(dualSteps);
        }
        List<Scenario> scenarios = chosen(Scenarios.all(intensity, seed));
        if (list) {
            scenarios.forEach(scenario -> out.printf("%-24s %s%n", scenario.name(), scenario.fault()));
            return ExitCode.OK;
        }
        Path soaks = Distribution.locate().root().resolve(".saddle/soak");
        Path report = folder != null ? folder : soaks;
        OutputPlace.requireFolder("--out", report);
        List<Outcome> outcomes;
        try (Soak soak = new Soak(
                soaks, report.resolve("logs"), line -> say(LocalTime.now().format(CLOCK) + " " + line))) {
            outcomes = soak.run(scenarios, soFar -> write(report, soFar));
        }
        out.println();
        out.print(SoakReport.table(outcomes));
        out.println("every claim: " + report.resolve("soak.md"));
        return SoakReport.succeeded(outcomes, !names.isEmpty()) ? ExitCode.OK : ExitCode.FAILED;
    }

    /** After each scenario: they take more than an hour, and somebody may end them. */
    private static void write(Path report, List<Outcome> outcomes) {
        try {
            SoakReport.write(report, outcomes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Scenario> chosen(List<Scenario> all) {
        List<String> unknown = new ArrayList<>(names);
        unknown.removeAll(all.stream().map(Scenario::name).toList());
        if (!unknown.isEmpty()) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    "no scenario " + String.join(", ", unknown)
                            + "; './saddle soak --list' shows those that there are");
        }
        return names.isEmpty()
                ? all
                : all.stream()
                        .filter(scenario -> names.contains(scenario.name()))
                        .toList();
    }
}
