package io.saddle.cli.data;

import io.saddle.cli.connection.ChangeReason;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.model.data.DataSetAddress;
import io.saddle.model.data.StoredDataSets;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Deletes a data set. */
@Command(
        name = "remove",
        description = "Deletes a data set with all its versions, or one of them. Runs that use it cannot go on.",
        footer = {"  ./saddle data remove faces", "  ./saddle data remove faces@1"})
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

    @Override
    protected int run(PrintWriter out) throws Exception {
        StoredDataSets sets = data.sets();
        List<DataSetAddress> removed = new ArrayList<>();
        for (int number : DataSetOptions.named(sets, set)) {
            DataSetAddress version = new DataSetAddress(set.name(), number);
            sets.remove(version);
            removed.add(version);
            out.println(set.name() + ", version " + number + ": removed");
        }
        data.announce(reason, announcements -> announcements.withdraw(removed), err());
        return ExitCode.OK;
    }
}
