package io.saddle.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ChangeReason;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.Patience;
import io.saddle.cli.connection.PatientAsker;
import io.saddle.cli.connection.RunQueryCommand;
import io.saddle.cli.connection.Waiting;
import io.saddle.cli.terminal.ByteSize;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.Confirmation;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Deletes the artifacts of a run that has ended. */
@Command(
        name = "delete",
        description = {
            "Deletes all artifacts of a run that has ended: its models, checkpoints and pictures. It says how much that is and asks"
                    + " first. Nothing brings them back. The run's records stay, its multipliers and curves among them, unless"
                    + " --with-history takes the run away too; its name stays taken. What another run or pipeline that goes on"
                    + " still uses is not deleted."
        },
        footer = {
            "  ./saddle run delete my-run",
            "  ./saddle run delete my-run --yes",
            "  ./saddle run delete my-run --with-history"
        })
final class RunDeleteCommand extends RunQueryCommand {

    private static final long LOOK_EVERY_MILLIS = 250;

    @Option(names = "--wait", description = "Come back when all of it is gone, however long that takes.")
    private boolean wait;

    @Mixin
    private Confirmation confirmation;

    @Option(
            names = "--with-history",
            description =
                    "The run, its constraints and its status too: nothing shows it any more. What stands on the topics that"
                            + " are logs goes with their retention; the log of multipliers is kept for ever, and shown no more.")
    private boolean withHistory;

    @Mixin
    private ChangeReason reason;

    @Override
    protected int ask(ConsoleClient console, String run, PrintWriter out) throws InterruptedException {
        JsonNode what = console.deletion(run);
        out.println(run + ": " + ByteSize.inWords(what.path("bytes").asLong()) + " in "
                + what.path("objects").asLong() + " files"
                + (withHistory ? ", and its records" : "; its records stay"));
        if (what.hasNonNull("othersFiles")) {
            out.println("what lies under its name stays: "
                    + what.path("othersFiles").asText());
        }
        what.path("mentionedBy").forEach(other -> out.println("cannot be done again without it: " + other.asText()));
        out.flush();
        if (!what.path("usedBy").isEmpty() && !confirmation.isGiven()) {
            // What uses it may end before the console looks again: nothing goes without an answer.
            StringJoiner using = new StringJoiner("; ");
            what.path("usedBy").forEach(other -> using.add(other.asText()));
            throw new CommandException(
                    ExitCode.FAILED,
                    "the artifacts of run '" + run + "' are still used: " + using + "; let that end first, or stop it");
        }
        confirmation.require(run, out);
        reason.with(console).delete(run, withHistory);
        out.println(run + ": is being deleted");
        if (wait) {
            out.flush();
            awaitDeleted(console, run);
            out.println(run + ": is deleted");
        }
        return ExitCode.OK;
    }

    private static void awaitDeleted(ConsoleClient console, String run) throws InterruptedException {
        PatientAsker asker = new PatientAsker(Patience.SILENCE, Waiting.REAL);
        // It has just taken the deletion.
        asker.heard();
        while (asker.answer(() -> console.runs(Map.of("lifecycle", List.of("DELETING"), "text", List.of(run))))
                .findValuesAsText("runId")
                .contains(run)) {
            Thread.sleep(LOOK_EVERY_MILLIS);
        }
    }
}
