package io.saddle.cli.data;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.dataimport.ImportOptions;
import io.saddle.dataimport.picture.Resampling;
import io.saddle.model.data.StoredDataSets.Version;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a data set of what people have. */
@Command(
        name = "import",
        description = {
            "Makes a data set of pictures and what is known of them, in the artifact store; no stack need run. One that runs is"
                    + " told of it.",
            "",
            "SOURCE is a folder of pictures (classes by folders, or metadata.csv, metadata.jsonl, or --attributes), a ZIP of"
                    + " such or StyleGAN's, a TAR as WebDataset's or a folder of them, Parquet as Hugging Face's, numpy's .npz, an IDX file or"
                    + " CIFAR's binary files. Archives are read as streams, nothing is unpacked. An import that was cut off goes"
                    + " on where it was when it is started again."
        },
        footer = {
            "  ./saddle data import photographs --name cats --size 64 --hold-out 0.2",
            "  ./saddle data import celeba/img --attributes celeba/list_attr_celeba.txt --name faces --size 64",
            "  ./saddle data import mnist.zip --name digits --json"
        })
final class DataImportCommand extends PrintingCommand {

    @Parameters(paramLabel = "SOURCE", description = "A folder or a file.")
    private Path source;

    @Option(names = "--name", required = true, paramLabel = "NAME", description = "Name of the data set.")
    private String name;

    @Option(
            names = "--size",
            paramLabel = "N",
            description =
                    "Height and width of the images, in pixels: the largest square around the centre of each picture is"
                            + " resized (default: that of the pictures, if all have the same).")
    private Integer size;

    @Option(
            names = "--channels",
            paramLabel = "1|3",
            description = "1: grey, 3: colours (default: 3 if any of the first pictures has colours).")
    private Integer channels;

    @Option(
            names = "--attributes",
            paramLabel = "FILE",
            description =
                    "What is known of each picture: CelebA's list_attr_celeba.txt or list_eval_partition.txt, CSV with a line"
                            + " of names (file_name, or the first column, names the picture), or JSON lines with file_name.")
    private Path attributes;

    @Option(
            names = "--filter",
            paramLabel = "NAME",
            defaultValue = "lanczos",
            description =
                    "For what is resized: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}); antialiased, as PIL does.")
    private Resampling filter;

    @Option(
            names = "--background",
            paramLabel = "white|black",
            defaultValue = "white",
            description = "What shows through transparent pixels (default: ${DEFAULT-VALUE}).")
    private Background background;

    @Option(
            names = "--max-bad",
            paramLabel = "SHARE",
            defaultValue = "0.01",
            description =
                    "The largest share of pictures, 0 to 1, that is left out because they cannot be read; more fail the"
                            + " import (default: ${DEFAULT-VALUE}).")
    private double maxBad;

    @Option(
            names = "--hold-out",
            paramLabel = "SHARE",
            description =
                    "Makes a column split, for a source that has none: of each class so much (0.2: a fifth) is test, the rest is"
                            + " train.")
    private Double holdOut;

    @Option(
            names = "--json",
            description =
                    "Prints what the data set holds as JSON: name, version, images, shape, skipped, columns, sha256.")
    private boolean json;

    @Mixin
    private DataSetOptions data;

    @Mixin
    private NewVersionAnnouncement announcement;

    private enum Background {
        WHITE,
        BLACK
    }

    @Override
    protected int run(PrintWriter out) throws Exception {
        announcement.prepare(data);
        Instant begun = Instant.now();
        Version version = new DataImport(data.settings()).run(source, options());
        if (version.manifest().importedAt().isBefore(begun)) {
            err().println("note: nothing has changed since " + version.address() + " was made, at "
                    + version.manifest().importedAt() + ": no new version");
        }
        announcement.announce(version.address(), data, err());
        DataSetText.show(version, data.sets(), json, out);
        return ExitCode.OK;
    }

    ImportOptions options() {
        try {
            return new ImportOptions(
                    name,
                    attributes,
                    size,
                    channels,
                    filter,
                    background == Background.WHITE ? 255 : 0,
                    maxBad,
                    Runtime.getRuntime().availableProcessors(),
                    holdOut);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.INVALID_INPUT, e.getMessage());
        }
    }
}
