package io.saddle.cli.data;

import io.saddle.cli.connection.ChangeReason;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.Confirmation;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.dataset.DataSetManifest;
import io.saddle.model.data.DataSetAddress;
import io.saddle.model.data.StoredDataSets;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Deletes a data set. */
@Command(
        name = "remove",
        description = {
            "Deletes a data set with all its versions, or one of them. It says what that is and asks first. Nothing brings it"
                    + " back. What latents in the store were encoded from is not deleted, nor what a run that has not ended"
                    + " names; where Kafka does not answer, it says that runs were not looked at. Pipelines are not looked at."
        },
        footer = {
            "  ./saddle data remove faces",
            "  ./saddle data remove faces@1",
            "  ./saddle data remove faces@1 --yes"
        })
final class DataRemoveCommand extends PrintingCommand {

    @Parameters(
            paramLabel = "NAME[@N]",
            converter = DataSetOptions.Address.class,
            description = "The data set; @N: version N only.")
    private DataSetAddress set;

    @Mixin
    private DataSetOptions data;

    @Mixin
    private ChangeReason reason;

    @Mixin
    private Confirmation confirmation;

    @Override
    protected int run(PrintWriter out) throws Exception {
        StoredDataSets sets = data.sets();
        List<DataSetAddress> versions = DataSetOptions.named(sets, set).stream()
                .map(number -> new DataSetAddress(set.name(), number))
                .toList();
        refuseUsed(sets, versions);
        versions.forEach(version -> out.println(version + ": " + contents(sets, version)));
        confirmation.require(set.toString(), out);
        for (DataSetAddress version : versions) {
            sets.remove(version);
            out.println(version.name() + ", version " + version.version() + ": removed");
        }
        data.announce(reason, announcements -> announcements.withdraw(versions), err());
        return ExitCode.OK;
    }

    private void refuseUsed(StoredDataSets sets, List<DataSetAddress> versions) throws IOException {
        List<String> uses = new ArrayList<>();
        sets.encodedFrom(versions).forEach(latents -> uses.add("the latents " + latents + " were encoded from it"));
        data.runsOn(versions, err()).forEach(run -> uses.add(run + " names it"));
        if (!uses.isEmpty()) {
            throw new CommandException(
                    ExitCode.FAILED,
                    set + " is still used: " + String.join("; ", uses)
                            + ". Remove such latents first, and stop such runs or wait for them");
        }
    }

    /** A damaged one is removed like any other. */
    private static String contents(StoredDataSets sets, DataSetAddress version) {
        try {
            DataSetManifest manifest = sets.find(version).manifest();
            return manifest.images() + " images of " + DataSetText.shape(manifest);
        } catch (IOException e) {
            return "cannot be read";
        }
    }
}
