package io.saddle.lab.experiment.slot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.artifact.DurableFiles;
import io.saddle.cli.connection.StackOptions;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.cli.terminal.Progress;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.files.Sha256;
import io.saddle.lab.judging.QualityJudge;
import io.saddle.lab.report.ResultJson;
import io.saddle.model.SelectedData;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The price of slots: loss and Frechet distance over the images seen, for several numbers of slots, local steps and merges. */
@Command(
        name = "slots",
        description = {
            "Trains a small network on the same number of images in 1, 2, 4 and 8 slots, merged after 5, 20 and 100 steps, beside one"
                    + " slot with batches as large as all slots' together; and four slots with outer momentum, and with moments"
                    + " that each slot keeps to itself. In one process: what comes out is what trainers come to that share them.",
            "",
            "Each training's numbers are kept as soon as it is done: an experiment that was cut off goes on when it is started again."
        },
        footer = {
            "  ./saddle experiment slots",
            "  ./saddle experiment slots --seeds 3 --out docs/evidence/slots",
            "  ./saddle experiment slots --images 12800 --only \"4 slots\""
        })
public final class SlotsExperiment extends PrintingCommand {

    private static final YAMLMapper YAML = new YAMLMapper();

    @Mixin
    private StackOptions stackOptions;

    @Option(
            names = "--images",
            paramLabel = "N",
            defaultValue = "51200",
            description = "Images that each training sees, in all its slots (default: ${DEFAULT-VALUE}).")
    private int images;

    @Option(
            names = "--batch",
            paramLabel = "ROWS",
            defaultValue = "16",
            description = "Rows of a slot's step (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "1",
            description = "Trainings of each kind (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(names = "--only", paramLabel = "TEXT", description = "Only those whose name contains this.")
    private String only;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "Where report and numbers go (default: experiments/slots in --home).")
    private Path out;

    @Override
    protected int run(PrintWriter terminal) throws IOException {
        List<SlotVariant> variants = variants();
        LocalSettings settings = stackOptions.settings();
        Path folder = out != null ? out : settings.home().folder().resolve("experiments/slots");
        List<SlotCurve> curves = new ArrayList<>();
        RunSpec judged = spec(batch, 1);
        ImageDataSet data = new SelectedData().open(DataSelections.toAvro(judged.data()));
        try (QualityJudge judge = new QualityJudge(judged, settings.classifiers(), this::say)) {
            for (long seed : LongStream.rangeClosed(1, seeds).toArray()) {
                for (SlotVariant variant : variants) {
                    curves.add(curve(variant, seed, data, judge, folder));
                }
            }
            SlotsResult result = new SlotsResult(Instant.now(), images, batch, judge.features(), curves);
            Path report = SlotsReport.write(folder, result);
            say("");
            say(SlotsReport.table(result));
            say("report:  " + report.toAbsolutePath());
            say("numbers: " + report.resolveSibling("result.json").toAbsolutePath());
        }
        return ExitCode.OK;
    }

    private List<SlotVariant> variants() {
        atLeast("--batch", batch, 1);
        atLeast("--seeds", seeds, 1);
        List<SlotVariant> variants = SlotVariant.all(batch).stream()
                .filter(variant -> only == null || variant.name(batch).contains(only))
                .toList();
        if (variants.isEmpty()) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    "--only: there is none of that name; there are "
                            + SlotVariant.all(batch).stream()
                                    .map(variant -> "'" + variant.name(batch) + "'")
                                    .toList());
        }
        for (SlotVariant variant : variants) {
            atLeast("--images", images, (long) SlotTrial.POINTS * variant.slots() * variant.batch());
        }
        return variants;
    }

    private SlotCurve curve(SlotVariant variant, long seed, ImageDataSet data, QualityJudge judge, Path folder)
            throws IOException {
        String name = variant.name(batch);
        RunSpec spec = spec(variant.batch(), seed);
        // Another machine's judge may be another network: distances of the two do not compare.
        String basis = Sha256.of((new RunSpecParser().toJson(spec) + variant + images + judge.features())
                .getBytes(StandardCharsets.UTF_8));
        Path file = folder.resolve("trainings")
                .resolve(name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]+", "-") + "-" + seed + ".json");
        Optional<SlotCurve> kept = kept(file, basis);
        if (kept.isPresent()) {
            return kept.get();
        }
        try (Progress progress = Progress.start(name + ", seed " + seed, images);
                SlotTrial trial = new SlotTrial(variant, spec, data, judge::distance)) {
            SlotCurve curve = trial.run(name, basis, images, seen -> progress.at(seen, ""));
            Files.createDirectories(file.getParent());
            DurableFiles.replace(file, ResultJson.MAPPER.writeValueAsBytes(curve));
            return curve;
        }
    }

    private RunSpec spec(int rows, long seed) throws IOException {
        try (InputStream file = SlotsExperiment.class.getResourceAsStream("run.yaml")) {
            ObjectNode yaml = (ObjectNode) YAML.readTree(file);
            yaml.put("seed", seed);
            yaml.withObject("/training").put("batchSize", rows);
            return new RunSpecParser().parse("run.yaml", YAML.writeValueAsString(yaml));
        }
    }

    /**
     * A training that was made from the same.
     *
     * @throws CommandException if the file is another one, or lacks something
     */
    static Optional<SlotCurve> kept(Path file, String basis) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(ResultJson.MAPPER.readValue(file.toFile(), SlotCurve.class))
                    .filter(curve -> curve.basis().equals(basis));
        } catch (JsonProcessingException e) {
            throw new CommandException(
                    ExitCode.FAILED,
                    file + " is no training of this experiment: " + e.getOriginalMessage()
                            + "; delete it to train again");
        }
    }
}
