package io.saddle.cli.data;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.dataset.Column;
import io.saddle.dataset.DataSetManifest;
import io.saddle.model.data.DataSetAddress;
import io.saddle.model.data.StoredDataSets;
import io.saddle.model.data.StoredDataSets.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The data sets of the artifact store. */
@Command(
        name = "list",
        description = "Lists the newest version of each data set.",
        footer = {"  ./saddle data list", "  ./saddle data list --json"})
final class DataListCommand extends PrintingCommand {

    @Option(names = "--json", description = "As JSON, each as 'data show --json' has it.")
    private boolean json;

    @Mixin
    private DataSetOptions data;

    @Override
    protected int run(PrintWriter out) throws Exception {
        StoredDataSets sets = data.sets();
        List<Version> newest = new ArrayList<>();
        boolean whole = true;
        for (String name : sets.names()) {
            try {
                newest.add(sets.find(new DataSetAddress(name, null)));
            } catch (IOException e) {
                whole = false;
                err().println("error: " + name + ": " + e.getMessage() + "; './saddle data remove " + name
                        + "@N' removes a version");
            }
        }
        int code = whole ? ExitCode.OK : ExitCode.FAILED;
        if (json) {
            ArrayNode all = JsonNodeFactory.instance.arrayNode();
            newest.forEach(version -> all.add(DataSetText.json(version)));
            out.println(all.toPrettyString());
            return code;
        }
        if (newest.isEmpty() && whole) {
            out.println("no data set was imported yet: ./saddle data import SOURCE --name NAME");
            return ExitCode.OK;
        }
        String row = "%-24s %8s %10s %-12s %s%n";
        out.printf(row, "DATA SET", "VERSION", "IMAGES", "SHAPE", "COLUMNS");
        for (Version version : newest) {
            DataSetManifest manifest = version.manifest();
            out.printf(
                    Locale.ROOT,
                    row,
                    version.name(),
                    version.number(),
                    manifest.images(),
                    DataSetText.shape(manifest),
                    manifest.columns().stream().map(Column::name).collect(Collectors.joining(", ")));
        }
        return code;
    }
}
