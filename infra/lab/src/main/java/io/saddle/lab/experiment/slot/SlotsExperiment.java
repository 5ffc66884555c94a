package io.saddle.lab.experiment.slot;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.cli.connection.StackOptions;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.cli.terminal.Progress;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.files.Sha256;
import io.saddle.lab.judging.QualityJudge;
import io.saddle.model.SelectedData;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
            "Each training's numbers are kept as soon as it is done: an experiment that was cut off goes on when it is started again,"
                    + " on the same machine: another one's judge may be another network."
        },
        footer = {
            "  ./saddle experiment slots",
            "  ./saddle experiment slots --seeds 3 --out docs/evidence/slots",
            "  ./saddle experiment slots --images 25600 --only \"1 slot\" --only \"4 slots\"",
            "  ./saddle experiment slots --tables --out docs/evidence/slots"
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

    @Option(
            names = "--only",
            paramLabel = "TEXT",
            description =
                    "Only the one of this name or, where there is none, those whose name contains it; may be given several times.")
    private List<String> only = List.of();

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "Where report and numbers go (default: experiments/slots in --home).")
    private Path out;

    @Option(
            names = "--tables",
            description =
                    "Writes the table and the page of the trainings that are there, of whatever machine, and trains nothing.")
    private boolean tables;

    @Override
    protected int run(PrintWriter terminal) throws IOException {
        List<SlotVariant> variants = variants();
        LocalSettings settings = stackOptions.settings();
        Path folder = out != null ? out : settings.home().folder().resolve("experiments/slots");
        KeptTrainings kept = new KeptTrainings(folder.resolve("trainings"));
        SlotsResult result =
                new SlotsResult(Instant.now(), batch, tables ? kept.of(variants) : trained(variants, settings, kept));
        Path report = SlotsReport.write(folder, result);
        say("");
        say(SlotsReport.table(result));
        say("report:  " + report.toAbsolutePath());
        say("numbers: " + report.resolveSibling("result.json").toAbsolutePath());
        return ExitCode.OK;
    }

    private List<SlotCurve> trained(List<SlotVariant> variants, LocalSettings settings, KeptTrainings kept)
            throws IOException {
        List<SlotCurve> curves = new ArrayList<>();
        RunSpec judged = spec(batch, 1);
        ImageDataSet data = new SelectedData().open(DataSelections.toAvro(judged.data()));
        try (QualityJudge judge = new QualityJudge(judged, settings.classifiers(), this::say)) {
            for (long seed : LongStream.rangeClosed(1, seeds).toArray()) {
                for (SlotVariant variant : variants) {
                    curves.add(curve(variant, seed, data, judge, kept));
                }
            }
        }
        return curves;
    }

    private List<SlotVariant> variants() {
        atLeast("--batch", batch, 1);
        atLeast("--seeds", seeds, 1);
        List<SlotVariant> variants = SlotVariant.of(batch, only);
        if (!tables) {
            requireWholeRounds(variants);
        }
        return variants;
    }

    /** Else some would see other images than the rest, or be merged more often than their name says. */
    private void requireWholeRounds(List<SlotVariant> variants) {
        long unit = variants.stream()
                .mapToLong(variant -> (long) SlotTrial.POINTS * variant.imagesOfRound())
                .reduce(1, SlotsExperiment::leastCommonMultiple);
        if (images < unit || images % unit != 0) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    "--images must be a multiple of " + unit + ", was " + images + ": each training is looked at "
                            + SlotTrial.POINTS + " times, after whole rounds (fewer of them, by --only, or a smaller"
                            + " --batch need less)");
        }
    }

    private static long leastCommonMultiple(long a, long b) {
        return a / BigInteger.valueOf(a).gcd(BigInteger.valueOf(b)).longValue() * b;
    }

    private SlotCurve curve(SlotVariant variant, long seed, ImageDataSet data, QualityJudge judge, KeptTrainings kept)
            throws IOException {
        String name = variant.name(batch);
        RunSpec spec = spec(variant.batch(), seed);
        String basis =
                Sha256.of((new RunSpecParser().toJson(spec) + variant + images).getBytes(StandardCharsets.UTF_8));
        Optional<SlotCurve> there = kept.find(name, seed, basis, judge.features());
        if (there.isPresent()) {
            return there.get();
        }
        try (Progress progress = Progress.start(name + ", seed " + seed, images);
                SlotTrial trial = new SlotTrial(variant, spec, data, judge::distance)) {
            SlotCurve curve = trial.run(name, basis, judge.features(), images, seen -> progress.at(seen, ""));
            kept.keep(curve);
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
}
