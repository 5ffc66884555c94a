package io.saddle.cli.data;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.saddle.artifact.access.ArtifactStores;
import io.saddle.cli.connection.ChangeReason;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.ConsoleOptions;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.dataimport.ImportOptions;
import io.saddle.model.data.DataSetAddress;
import io.saddle.model.data.StoredDataSets;
import io.saddle.model.data.StoredDataSets.Version;
import io.saddle.run.spec.DataPlaces;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Data sets that a specification names by where their pictures are: imported when they are first used, as './saddle data import' does
 * without options. That happens here, where the person is whose pictures they are, and in no service: a service that decodes what a
 * request names could be made to open anything.
 */
public final class DataSetsByPath {

    private static final String KEY = "dataset";

    private final ConsoleOptions options;
    private final ConsoleClient console;
    private final PrintWriter err;
    /** The data set of each path that was seen. */
    private final Map<Path, DataSetAddress> imported = new HashMap<>();

    /** @param err is told what is imported, and what was */
    public DataSetsByPath(ConsoleOptions options, ConsoleClient console, PrintWriter err) {
        this.options = options;
        this.console = console;
        this.err = err;
    }

    /**
     * Puts name and version in the place of each path, which is what has a slash.
     *
     * @param folder that relative paths start from
     * @return whether there was any
     * @throws CommandException if a path cannot be imported, or its name is that of a data set of other pictures
     */
    public boolean replace(ObjectNode specification, Path folder) throws IOException, InterruptedException {
        boolean any = false;
        for (ObjectNode data : DataPlaces.of(specification).values()) {
            if (data.get(KEY) instanceof TextNode text && text.textValue().contains("/")) {
                data.put(KEY, dataSet(text.textValue(), folder).toString());
                any = true;
            }
        }
        return any;
    }

    private DataSetAddress dataSet(String written, Path folder) throws IOException, InterruptedException {
        if (options.isElsewhere()) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    KEY + ": " + written + " can be imported into the local stack's store only: './saddle data import "
                            + written + " --name NAME' where that console's store is, and '" + KEY + ": NAME'");
        }
        Path source;
        try {
            source = folder.resolve(written).normalize();
        } catch (InvalidPathException e) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT, KEY + ": '" + written + "' is no path: " + e.getMessage());
        }
        DataSetAddress known = imported.get(source);
        if (known == null) {
            known = newest(source);
            imported.put(source, known);
        }
        return known;
    }

    /** The newest version that was made of this source, else one made now. */
    private DataSetAddress newest(Path source) throws IOException, InterruptedException {
        LocalSettings settings = options.stackSettings();
        StoredDataSets sets = new StoredDataSets(ArtifactStores.open(settings.artifacts()));
        String name = name(source);
        Optional<Version> found = of(source, name, sets);
        if (found.isPresent()) {
            err.println(KEY + ": " + found.get().address() + ", imported from " + source + " at "
                    + found.get().manifest().importedAt() + " ('./saddle data import " + source + " --name " + name
                    + "' takes in what has changed there since)");
            announce(found.get().address(), sets);
            return found.get().address();
        }
        if (!sets.versions(name).isEmpty()) {
            // Runs that name it without a version would take these pictures from now on.
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    KEY + ": there is a data set '" + name + "' of other pictures than those in " + source
                            + ": './saddle data import " + source + " --name OTHER', and '" + KEY + ": OTHER'");
        }
        // Before an import that may take an hour: who cannot submit is told now.
        console.runs();
        DataSetAddress made = new DataImport(settings)
                .run(source, ImportOptions.defaults(name))
                .address();
        announce(made, sets);
        err.println(KEY + ": " + made + ", imported from " + source);
        return made;
    }

    /** Said again of one that was found: it may never have been. Runs find it in the store either way. */
    private void announce(DataSetAddress version, StoredDataSets sets) throws IOException, InterruptedException {
        DataSetAnnouncements.orWarn(
                () -> new DataSetAnnouncements(options.stackSettings().kafka(), sets, new ChangeReason().origin())
                        .announce(version),
                err);
    }

    private static Optional<Version> of(Path source, String name, StoredDataSets sets) throws IOException {
        List<Integer> numbers = sets.versions(name);
        for (int i = numbers.size() - 1; i >= 0; i--) {
            Version version = sets.find(new DataSetAddress(name, numbers.get(i)));
            if (version.manifest().origin().address().equals(source.toString())) {
                return Optional.of(version);
            }
        }
        return Optional.empty();
    }

    /** That of the file or folder, in letters that a data set's name may have. */
    private static String name(Path source) {
        String file = source.getFileName() == null ? "" : source.getFileName().toString();
        String name = file.replaceFirst("(?<=.)\\.[A-Za-z0-9]{1,8}$", "")
                .replaceAll("[^A-Za-z0-9._-]+", "-")
                .replaceFirst("^[._-]+", "");
        return name.isEmpty() ? "pictures" : name.substring(0, Math.min(name.length(), 64));
    }
}
