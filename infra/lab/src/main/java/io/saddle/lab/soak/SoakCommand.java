package io.saddle.lab.soak;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.lab.bench.BenchSubcommand;
import io.saddle.stack.Distribution;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Faults on purpose. */
@Command(
        name = "soak",
        description = {
            "Hurts a real stack while it trains, on free ports and in a folder of its own, and shows for each fault what"
                    + " must hold and whether it did. All scenarios take more than an hour. Exit code 1 if anything did not hold."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./saddle soak --list",
            "  ./saddle soak --out report",
            "  ./saddle soak kills --kills 100 --seed 7",
            "  ./saddle soak --quick"
        })
public final class SoakCommand implements Callable<Integer> {

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");

    @Parameters(paramLabel = "SCENARIO", arity = "0..*", description = "Only these (default: all; --list shows them).")
    private List<String> names = List.of();

    @Option(names = "--list", description = "Shows the scenarios and ends.")
    private boolean list;

    @Option(names = "--quick", description = "A little of each.")
    private boolean quick;

    @Option(names = "--kills", paramLabel = "N", description = "Kill -9 in the scenario 'kills' (default: 40).")
    private Integer kills;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of moments and victims (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "Where soak.json and soak.md go (default: .saddle/soak).")
    private Path out;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        PrintWriter terminal = command.commandLine().getOut();
        Intensity intensity = quick ? Intensity.QUICK : Intensity.FULL;
        if (kills != null) {
            intensity = intensity.withKills(BenchSubcommand.atLeastOne("--kills", kills));
        }
        List<Scenario> scenarios = chosen(Scenarios.all(intensity, seed));
        if (list) {
            scenarios.forEach(scenario -> terminal.printf("%-24s %s%n", scenario.name(), scenario.fault()));
            terminal.flush();
            return ExitCode.OK;
        }
        Path root = Distribution.locate().root();
        Path folder = out != null ? out : root.resolve(".saddle/soak");
        List<Outcome> outcomes;
        try (Soak soak = new Soak(root.resolve(".saddle/soak"), line -> {
            terminal.println(LocalTime.now().format(CLOCK) + " " + line);
            terminal.flush();
        })) {
            outcomes = soak.run(scenarios);
        }
        SoakReport.write(folder, outcomes);
        terminal.println();
        terminal.print(SoakReport.table(outcomes));
        terminal.println("every claim: " + folder.resolve("soak.md"));
        terminal.flush();
        return outcomes.stream().allMatch(Outcome::held) ? ExitCode.OK : ExitCode.FAILED;
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
