package io.saddle.cli.data;

import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.model.data.DataSetAddress;
import io.saddle.model.data.StoredDataSets;
import io.saddle.model.data.StoredDataSets.Version;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a data set holds. */
@Command(
        name = "show",
        description =
                "Shows what a data set holds: columns with their values and how many images have each, source, what was left"
                        + " out.",
        footer = {"  ./saddle data show faces", "  ./saddle data show faces@2 --json"})
final class DataShowCommand extends PrintingCommand {

    @Parameters(
            paramLabel = "NAME[@N]",
            converter = DataSetOptions.Address.class,
            description = "The data set; @N: version N, not the newest.")
    private DataSetAddress set;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Mixin
    private DataSetOptions data;

    @Override
    protected int run(PrintWriter out) throws Exception {
        StoredDataSets sets = data.sets();
        Version shown = DataSetOptions.find(sets, set);
        DataSetText.show(shown, sets, json, out);
        return ExitCode.OK;
    }
}
