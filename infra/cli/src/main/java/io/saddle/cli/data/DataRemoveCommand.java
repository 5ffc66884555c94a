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
import java.util.Collections;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Deletes a data set. */
@Command(
        name = "remove",
        description = {
            "Deletes a data set with all its versions, or one of them. It says what that is and asks first. Nothing brings it"
                    + " back. What latents in the store were encoded from is not deleted, nor what a run or an execution that has"
                    + " not ended names, or a pipeline that starts by itself; where Kafka does not answer, it says that these were not"
                    + " looked at."
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
        data.requireRegistry();
        StoredDataSets sets = data.sets();
        List<DataSetAddress> versions = DataSetOptions.named(sets, set).stream()
                .map(number -> new DataSetAddress(set.name(), number))
                .toList();
        DataSetUses uses = data.uses(err());
        refuseUsed(sets, versions, uses);
        versions.forEach(version -> out.println(version + ": " + contents(sets, version)));
        List<String> ended = uses.ended(versions);
        if (!ended.isEmpty()) {
            boolean latent = versions.stream().anyMatch(version -> isLatent(sets, version));
            out.println("runs that have ended and were trained on it: " + String.join(", ", ended)
                    + "; without it 'verify' cannot do their steps again"
                    + (latent ? ", and only a copy of its autoencoder decodes what their models make" : ""));
        }
        if (confirmation.require(set.toString(), out)) {
            // Runs may have been submitted meanwhile.
            refuseUsed(sets, versions, data.uses(err()));
        }
        for (DataSetAddress version : versions) {
            sets.remove(version);
            out.println(version.name() + ", version " + version.version() + ": removed");
        }
        data.announce(reason, announcements -> announcements.withdraw(versions), err());
        return ExitCode.OK;
    }

    private void refuseUsed(StoredDataSets sets, List<DataSetAddress> versions, DataSetUses known) throws IOException {
        List<String> uses = new ArrayList<>();
        sets.encodedFrom(versions).forEach(latents -> uses.add("the latents " + latents + " were encoded from it"));
        known.naming(versions, isNewest(sets, versions)).forEach(user -> uses.add(user + " names it"));
        if (!uses.isEmpty()) {
            throw new CommandException(
                    ExitCode.FAILED,
                    set + " is still used: " + String.join("; ", uses)
                            + ". Remove such latents first, stop such runs and executions or wait for them, and give such pipelines a revision"
                            + " without schedule");
        }
    }

    /** What names a data set without a version means its newest. */
    private static boolean isNewest(StoredDataSets sets, List<DataSetAddress> versions) throws IOException {
        List<Integer> all = sets.named(new DataSetAddress(versions.get(0).name(), null));
        return versions.stream().anyMatch(version -> version.version().equals(Collections.max(all)));
    }

    private static boolean isLatent(StoredDataSets sets, DataSetAddress version) {
        try {
            return sets.find(version).manifest().latents() != null;
        } catch (IOException e) {
            return false;
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
