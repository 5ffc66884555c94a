package io.saddle.cli.dual;

import io.saddle.cli.connection.ChangeReason;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.RunQueryCommand;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.KeyValues;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Other dual settings for a run that trains. */
@Command(
        name = "set",
        description =
                "Changes keys of a run's dual section; the next dual step uses them. A new optimizer remembers nothing of"
                        + " the old one; multipliers stay.",
        footer = {
            "  ./saddle dual set my-run learningRate=0.1",
            "  ./saddle dual set my-run optimizer=nupi nupi.kp=2 nupi.nu=0.5"
        })
final class DualSetCommand extends RunQueryCommand {

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "KEY=VALUE",
            description = "Keys of dual as in a run specification, with a dot into a section.")
    private Map<String, String> changes;

    @Option(
            names = "--revision-seen",
            paramLabel = "N",
            description = "Only if the run is still at this revision; otherwise nothing is changed.")
    private Integer revision;

    @Mixin
    private ChangeReason reason;

    @Override
    protected int ask(ConsoleClient console, String run, PrintWriter out) {
        reason.with(console).setDual(run, KeyValues.tree(changes), revision);
        out.println(run + ": the next dual step uses " + changes);
        return ExitCode.OK;
    }
}
