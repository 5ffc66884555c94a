package io.saddle.cli.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.access.ArtifactStores;
import io.saddle.cli.data.LinearFit.Rows;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.cli.terminal.Progress;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.FeatureRows;
import io.saddle.diffusion.evaluation.ImageFeatures;
import io.saddle.diffusion.evaluation.LinearHead;
import io.saddle.diffusion.evaluation.TorchScriptFeatures;
import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.torchscript.TorchScriptFile;
import io.saddle.model.SelectedData;
import io.saddle.model.data.DataRoots;
import io.saddle.model.data.DataSetAddress;
import io.saddle.model.data.ImageSets;
import io.saddle.model.data.StoredDataSets.Version;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a judge of a data set's classes out of a network's features. */
@Command(
        name = "classifier",
        description = {
            "Makes a classifier of a data set's classes: a linear layer on the features of a network that somebody else"
                    + " trained, fitted to the real images (a logistic regression; 10,000 of them at most). A run names it"
                    + " under evaluation.classifier or as a constraint's parameters.classifier, and samples are counted by it.",
            "",
            "It says how often it is right on images that it was not fitted to: without --held-out on a tenth of them.",
            "",
            "Three files are made: NAME.pt, a copy of the network's program, NAME.safetensors, the layer, and NAME.json, which"
                    + " has both SHA-256."
        },
        footer = {
            "  ./saddle data classifier pets --features mobilenet.pt --out judges/pets.pt",
            "  ./saddle data classifier faces --features mobilenet.pt --class Male --out judges/men.pt",
            "  ./saddle data classifier pets --features mobilenet.pt --where split=train --held-out split=val --out pets.pt"
        })
final class DataClassifierCommand extends PrintingCommand {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LEAST_IMAGES = 20;
    private static final int PARTS = 10;

    @Parameters(
            paramLabel = "NAME[@N]",
            converter = DataSetOptions.Address.class,
            description = "The data set of images; @N: version N, not the newest.")
    private DataSetAddress set;

    @Option(
            names = "--features",
            required = true,
            paramLabel = "FILE.pt",
            description = "The network, a TorchScript file with its JSON beside it (docs/judges.md).")
    private Path features;

    @Option(names = "--out", required = true, paramLabel = "NAME.pt", description = "Where it goes; must be new.")
    private Path target;

    @Option(
            names = "--class",
            paramLabel = "COLUMN",
            description = "The column that is the class (default: class or label).")
    private String column;

    @Option(names = "--where", paramLabel = "COLUMN=VALUE", description = "Only images whose columns agree.")
    private final Map<String, String> where = new LinkedHashMap<>();

    @Option(
            names = "--held-out",
            paramLabel = "COLUMN=VALUE",
            description =
                    "Images that it is tried on; --where has to leave them out, with another value of one of these columns.")
    private final Map<String, String> heldOut = new LinkedHashMap<>();

    @Option(names = "--json", description = "Prints what was made as JSON.")
    private boolean json;

    @Mixin
    private DataSetOptions data;

    /** Images of which some are kept for the trial. */
    private record Split(ImageDataSet fitted, ImageDataSet tried) {}

    @Override
    protected int run(PrintWriter out) throws IOException {
        if (!target.getFileName().toString().endsWith(ClassifierFiles.ENDING)) {
            throw wrongUsage("--out must end in " + ClassifierFiles.ENDING + ", was " + target);
        }
        if (!heldOut.isEmpty() && heldOut.entrySet().stream().noneMatch(this::isLeftOut)) {
            throw wrongUsage(
                    "--held-out " + heldOut + ": --where must leave these images out, with another value of one of"
                            + " these columns; was " + where);
        }
        ClassifierFiles files = new ClassifierFiles(target);
        files.findAny().ifPresent(file -> {
            throw invalid(file + " is there already: name another --out, since runs know judges by their SHA-256");
        });
        Version version = DataSetOptions.find(data.sets(), set);
        if (version.manifest().latents() != null) {
            throw invalid(version.address() + " is a data set of latents: name the images that they were made of, "
                    + version.manifest().latents().dataSet());
        }
        TorchScriptFile program;
        LinearHead head;
        ObjectNode description;
        try {
            program = TorchScriptFile.open(features);
            Split split = split(version);
            int[] labels = labels(split);
            try (TorchScriptFeatures network =
                    TorchScriptFeatures.open(program, Runtime.getRuntime().availableProcessors())) {
                long total = split.fitted().count() + split.tried().count();
                Rows fitted;
                Rows tried;
                try (Progress progress = Progress.start("features of " + version.address(), total)) {
                    fitted = rows(network, split.fitted(), labels, progress, 0);
                    tried = rows(
                            network,
                            split.tried(),
                            labels,
                            progress,
                            split.fitted().count());
                }
                head = LinearFit.best(fitted, labels.length);
                description = description(program, version, head, fitted, tried, names(split.fitted(), labels));
            }
        } catch (IOException | IllegalArgumentException e) {
            if (ArtifactException.unavailable(e).isPresent()) {
                throw e;
            }
            throw invalid(e.getMessage());
        }
        show(out, files.write(program, head, description));
        return ExitCode.OK;
    }

    /** Whether no image of this column and value is among those that it is fitted to. */
    private boolean isLeftOut(Map.Entry<String, String> value) {
        String fitted = where.get(value.getKey());
        return fitted != null && !fitted.equals(value.getValue());
    }

    private static CommandException invalid(String message) {
        return new CommandException(ExitCode.INVALID_INPUT, message);
    }

    private Split split(Version version) throws IOException {
        ImageSets sets = new ImageSets(ArtifactStores.open(data.settings().artifacts()), DataRoots.ANYWHERE);
        SelectedData selected = new SelectedData(sets);
        ImageDataSet images = drawn(open(version, where, selected, sets));
        if (!heldOut.isEmpty()) {
            return new Split(images, drawn(open(version, heldOut, selected, sets)));
        }
        int tried = images.count() / PARTS;
        return new Split(
                images.select(IntStream.range(tried, images.count()).toArray()),
                images.select(IntStream.range(0, tried).toArray()));
    }

    /** The images of the columns' values, as a run's {@code data} has them. */
    private ImageDataSet open(Version version, Map<String, String> values, SelectedData selected, ImageSets sets)
            throws IOException {
        ObjectNode specification = JSON.createObjectNode().put("name", "classifier");
        ObjectNode selection =
                specification.putObject("data").put("dataset", version.address().toString());
        if (column != null) {
            selection.put("class", column);
        }
        if (!values.isEmpty()) {
            ObjectNode condition = selection.putObject("where");
            values.forEach(condition::put);
        }
        RunSpec.Data parsed = new RunSpecParser(folder -> null, sets)
                .parse("classifier", specification.toString())
                .data();
        ImageDataSet images = selected.open(DataSelections.toAvro(parsed)).classified();
        if (images.count() < LEAST_IMAGES) {
            throw new IllegalArgumentException(version.address() + (values.isEmpty() ? "" : " where " + values)
                    + " has "
                    + images.count() + " images with a class: it takes " + LEAST_IMAGES + ", and a column that is the"
                    + " class (--class)");
        }
        return images;
    }

    /** In an order that has nothing to do with the data set's. */
    private static ImageDataSet drawn(ImageDataSet images) {
        int[] order = new RandomStreams(0).permutation(images.count(), "classifier-images");
        return images.select(Arrays.copyOf(order, Math.min(order.length, FeatureRows.MOST)));
    }

    /** The labels of the classes that it is fitted to, in order. */
    private static int[] labels(Split split) {
        int[] labels = split.fitted().classCounts().keySet().stream()
                .mapToInt(Integer::intValue)
                .toArray();
        if (labels.length < 2) {
            throw new IllegalArgumentException("all images are of one class: nothing is to be told apart");
        }
        for (int label : split.tried().classCounts().keySet()) {
            if (Arrays.binarySearch(labels, label) < 0) {
                throw new IllegalArgumentException("no image of the class "
                        + split.tried().className(label) + ", which is held out, is among those that it is fitted to");
            }
        }
        return labels;
    }

    private static List<String> names(ImageDataSet images, int[] labels) {
        return Arrays.stream(labels).mapToObj(images::className).toList();
    }

    private static Rows rows(
            TorchScriptFeatures network, ImageDataSet images, int[] labels, Progress progress, int before) {
        return new Rows(
                ImageFeatures.collected(network, images, done -> progress.at(before + done, ""))
                        .rows(),
                IntStream.range(0, images.count())
                        .map(i -> Arrays.binarySearch(labels, images.label(i)))
                        .toArray());
    }

    /** Of the program, and what is new about the classifier. */
    private ObjectNode description(
            TorchScriptFile program, Version version, LinearHead head, Rows fitted, Rows tried, List<String> classes) {
        ObjectNode description = program.description().deepCopy();
        ArrayNode names = description.putArray("classes");
        classes.forEach(names::add);
        description.put(
                "output",
                "N x " + head.dimensions() + " features, of which the head makes " + classes.size() + " logits");
        description
                .putObject("fitted")
                .put("features", program.name())
                .put("dataset", version.address().toString())
                .put("images", fitted.count())
                .set("where", JSON.valueToTree(where));
        ObjectNode trial =
                description.putObject("heldOut").put("images", tried.count()).put("accuracy", tried.accuracy(head));
        trial.set("where", JSON.valueToTree(heldOut));
        ObjectNode recall = trial.putObject("recall");
        Arrays.stream(tried.labels())
                .distinct()
                .sorted()
                .forEach(label -> recall.put(classes.get(label), tried.recall(head, label)));
        return description;
    }

    private void show(PrintWriter out, ObjectNode description) {
        if (json) {
            out.println(description.toPrettyString());
            return;
        }
        out.printf(
                Locale.ROOT,
                "%s: right on %.1f %% of %d images that it was not fitted to (fitted to %d)%n",
                target,
                100 * description.at("/heldOut/accuracy").asDouble(),
                description.at("/heldOut/images").asInt(),
                description.at("/fitted/images").asInt());
        description
                .at("/heldOut/recall")
                .properties()
                .forEach(each -> out.printf(
                        Locale.ROOT,
                        "  %s: %.1f %%%n",
                        each.getKey(),
                        100 * each.getValue().asDouble()));
        out.println("evaluation: {classifier: " + target + "} judges by it");
    }
}
