package io.saddle.cli.data;

import io.saddle.artifact.access.ArtifactStores;
import io.saddle.cli.connection.StackOptions;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.model.data.StoredDataSets;
import io.saddle.model.data.StoredDataSets.Version;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;

/** The data sets of the stack's artifact store; no stack need run. */
final class DataSetOptions {

    @Mixin
    private StackOptions stack;

    StoredDataSets sets() throws IOException {
        return new StoredDataSets(ArtifactStores.open(settings().artifacts()));
    }

    /** A folder for what an import has done so far. */
    Path work(String name) {
        return settings().home().data("imports").resolve(name);
    }

    private LocalSettings settings() {
        return stack.settings();
    }

    /** @throws CommandException if there is no such data set or version */
    static Version require(StoredDataSets sets, DataSetAddress set) throws IOException {
        List<Integer> versions = versions(sets, set.name());
        if (set.version() != null && !versions.contains(set.version())) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    "data set '" + set.name() + "' has no version " + set.version() + ": there is " + versions);
        }
        return sets.open(set.name(), set.version() == null ? versions.get(versions.size() - 1) : set.version());
    }

    /** @throws CommandException if there is no such data set */
    static List<Integer> versions(StoredDataSets sets, String name) throws IOException {
        List<Integer> versions = sets.versions(name);
        if (versions.isEmpty()) {
            List<String> names = sets.names();
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    "there is no data set '" + name + "'"
                            + (names.isEmpty()
                                    ? ": none was imported yet ('./saddle data import SOURCE --name NAME')"
                                    : "; there is " + String.join(", ", names)));
        }
        return versions;
    }
}
