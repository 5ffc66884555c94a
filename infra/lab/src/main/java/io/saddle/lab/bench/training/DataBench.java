package io.saddle.lab.bench.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.artifact.DurableFiles;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.cli.terminal.Progress;
import io.saddle.diffusion.network.Precision;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchException;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.RoundsOption;
import io.saddle.lab.bench.Side;
import io.saddle.lab.bench.Worker;
import io.saddle.stack.AtCutOff;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The bench of what reading a large data set's images takes of a training step. */
@Command(
        name = "data",
        description = {
            "The share of a training step that reading its images takes, from a large memory-mapped data set.",
            "3x64x64 images, half of them mirrored, made in a temporary folder that is removed at the end. First while they are"
                    + " on the disk only, then while the operating system has them in memory."
        },
        footer = {"  ./saddle bench data", "  ./saddle bench data --images 20000 --steps 5 --json data.json"})
public final class DataBench extends TrainingBench {

    private static final int WARM_UP = 3;
    private static final int OPENINGS = 20;
    /** Free bytes for each byte of images, so that the disk is not filled. */
    private static final double ROOM = 1.6;

    private static final double GB = 1e9;

    @Mixin
    private final PrecisionOption precision = new PrecisionOption();

    @Option(
            names = "--images",
            paramLabel = "N",
            defaultValue = "200000",
            description = "Images of the data set, 12 KiB each (default: ${DEFAULT-VALUE}).")
    private int images;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "10",
            description = "Steps of a turn (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Mixin
    private final RoundsOption rounds = new RoundsOption(3);

    @Override
    public List<BenchReport> measure(BenchContext context) throws IOException, InterruptedException {
        atLeast("--images", images, 1);
        atLeast("--steps", steps, 1);
        atLeast("--rounds", rounds.number(), 1);
        TrainingSubject subject = photographs(context);
        Precision chosen = precision.of(subject);
        MadePictures pictures = new MadePictures(subject.settings().network(), images);
        Path folder = context.folder("data");
        DurableFiles.deleteTree(folder);
        Files.createDirectories(folder);
        try (AtCutOff cutOff = AtCutOff.run("data-bench-end", () -> delete(folder))) {
            DataReport report = new DataReport(subject, chosen, images);
            long free = Files.getFileStore(folder).getUsableSpace();
            if (free < pictures.bytes() * ROOM) {
                throw new BenchException(String.format(
                        Locale.ROOT,
                        "%s has only %.1f GB free: take fewer --images, or another SADDLE_HOME",
                        folder,
                        free / GB));
            }
            return List.of(new BenchReport("data", measure(context, subject, chosen, pictures, folder, report)));
        } finally {
            DurableFiles.deleteTree(folder);
        }
    }

    private static void delete(Path folder) {
        try {
            DurableFiles.deleteTree(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " cannot be deleted", e);
        }
    }

    private List<Comparison> measure(
            BenchContext context,
            TrainingSubject subject,
            Precision chosen,
            MadePictures pictures,
            Path folder,
            DataReport report)
            throws IOException, InterruptedException {
        Path store = folder.resolve("store");
        Path model = folder.resolve("model");
        try (Progress progress = Progress.start("data", 3L + rounds.number())) {
            String address = pictures.put(new FileArtifactStore(store));
            progress.at(1, "made");
            subject.write(model);
            boolean cold = PageCache.forget(store);
            ObjectNode configuration = subject.configuration(model, chosen, WARM_UP)
                    .put("store", store.toString())
                    .put("address", address);
            try (Worker worker = context.java("data", "primal-trainer", DataWorker.class, configuration)) {
                ObjectNode request = Json.object().put("steps", steps);
                ObjectNode onDisk = worker.ask(request);
                progress.at(2, "from the disk");
                worker.ask(Json.object().put("readAll", true));
                progress.at(3, "all in memory");
                List<ObjectNode> inMemory = new ArrayList<>();
                for (int round = 0; round < rounds.number(); round++) {
                    inMemory.add(worker.ask(request));
                    progress.at(4L + round, "");
                }
                ObjectNode opened = worker.ask(Json.object().put("open", OPENINGS));
                return List.of(
                        report.steps(worker.hello(), onDisk, inMemory, cold),
                        report.opening(new Side.Measured("again", worker.hello(), "millis", List.of(opened)), cold));
            }
        }
    }
}
