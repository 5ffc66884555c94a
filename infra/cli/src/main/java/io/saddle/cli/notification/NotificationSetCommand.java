package io.saddle.cli.notification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.connection.ChangeReason;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.ConsoleCommand;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes or changes a rule. */
@Command(
        name = "set",
        description =
                "Makes a rule, or puts it in the place of the one of its name. It tells of what happens from now on; whatever"
                        + " is wrong with it is reported line by line and nothing changes.",
        footer = {
            "  ./saddle notification set ends --channel ops --run-ends FAILED,COMPLETED --execution-ends FAILED",
            "  ./saddle notification set faces --channel ops --violated 20 --fid-worse-than 40 --runs 'faces-*'",
            "  ./saddle notification set alerts --channel team --alerts ERROR --label team=vision"
        })
final class NotificationSetCommand extends ConsoleCommand {

    @Parameters(paramLabel = "RULE", description = "The rule's name.")
    private String rule;

    @Option(names = "--channel", required = true, paramLabel = "CHANNEL", description = "Where it is told.")
    private String channel;

    @Option(
            names = "--runs",
            paramLabel = "PATTERN",
            description = "Which runs, executions and pipelines: * stands for any characters, ? for one. Default: all.")
    private String runs;

    @Option(
            names = "--label",
            paramLabel = "CONDITION",
            description = "Runs with this label alone: key=value, key!=value, key or !key. May be given again.")
    private List<String> labels = List.of();

    @Option(
            names = "--run-ends",
            split = ",",
            paramLabel = "PHASE",
            description = "Ends of runs: COMPLETED, STOPPED, FAILED.")
    private List<String> runPhases = List.of();

    @Option(
            names = "--execution-ends",
            split = ",",
            paramLabel = "PHASE",
            description = "Ends of executions of pipelines: SUCCEEDED, STOPPED, FAILED.")
    private List<String> executionPhases = List.of();

    @Option(
            names = "--violated",
            paramLabel = "STEPS",
            description = "A constraint that is violated for so many dual steps one after the other.")
    private Integer violatedDualSteps;

    @Option(
            names = "--fid-worse-than",
            paramLabel = "FID",
            description =
                    "A model whose FID is above this after one that was not, or a finished model whose FID is above it.")
    private Double fidWorseThan;

    @Option(
            names = "--alerts",
            paramLabel = "SEVERITY",
            description = "Alerts of this severity or a higher one: INFO, WARNING, ERROR.")
    private String alertSeverity;

    @Mixin
    private ChangeReason reason;

    @Override
    protected int ask(ConsoleClient console, PrintWriter out) {
        ObjectNode definition = JsonNodeFactory.instance
                .objectNode()
                .put("channel", channel)
                .put("runs", runs)
                .put("violatedDualSteps", violatedDualSteps)
                .put("fidWorseThan", fidWorseThan)
                .put("alertSeverity", alertSeverity == null ? null : alertSeverity.toUpperCase(Locale.ROOT));
        labels.forEach(definition.withArray("labels")::add);
        runPhases.forEach(phase -> definition.withArray("runPhases").add(phase.toUpperCase(Locale.ROOT)));
        executionPhases.forEach(phase -> definition.withArray("executionPhases").add(phase.toUpperCase(Locale.ROOT)));
        JsonNode made = new NotificationClient(reason.with(console)).setRule(rule, definition);
        out.println(rule + ": " + NotificationRules.conditions(made));
        err().println("'./saddle notification test " + rule + "' tries whether it arrives");
        return ExitCode.OK;
    }
}
