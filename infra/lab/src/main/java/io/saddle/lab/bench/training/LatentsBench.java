package io.saddle.lab.bench.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.terminal.Progress;
import io.saddle.diffusion.autoencoder.AutoencoderFiles;
import io.saddle.diffusion.autoencoder.StoredAutoencoder;
import io.saddle.diffusion.network.Precision;
import io.saddle.lab.bench.Bench;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.PythonPeer;
import io.saddle.lab.bench.Rounds;
import io.saddle.lab.bench.Rounds.Contender;
import io.saddle.lab.bench.RoundsOption;
import io.saddle.lab.bench.Side;
import io.saddle.lab.bench.Worker;
import io.saddle.run.spec.RunSpecParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The bench of training in latents: what a step costs beside one on the pixels, and what encoding and decoding cost. */
@Command(
        name = "latents",
        description = {
            "ms per training step in latents beside pixels of 64x64; with --autoencoder images per second encoded and decoded,"
                    + " against PyTorch.",
            "The peer is the fastest of PyTorch's layouts and batches, shared by the cores or one on each, with the same TorchScript files,"
                    + " its malloc tuned as saddle's."
        },
        footer = {
            "  ./saddle bench latents",
            "  ./saddle bench latents --autoencoder taef2-encoder.pt --images 512 --json latents.json"
        })
public final class LatentsBench extends Bench {
    private static final int SIDE = 64;
    private static final int BATCH = 32;
    private static final int LARGE_BATCH = 64;
    private static final int WARM_UP = 3;
    private static final String MODULE = "torch";
    private static final String OURS = "saddle";
    private static final String PIXELS = "pixels, 3x64x64 (rgb-64)";

    @Option(
            names = "--autoencoder",
            paramLabel = "FILE",
            description =
                    "The encoder of a TorchScript pair; without it nothing is encoded, and latents have 4 channels.")
    private Path autoencoder;

    @Option(
            names = "--images",
            paramLabel = "N",
            defaultValue = "256",
            description = "Images of a turn (default: ${DEFAULT-VALUE}).")
    private int images;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "3",
            description = "Training steps of a turn (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Mixin
    private final RoundsOption rounds = new RoundsOption(5);

    /** Measures; takes minutes. */
    @Override
    public List<BenchReport> measure(BenchContext context) throws IOException {
        atLeast("--images", images, 1);
        atLeast("--steps", steps, 1);
        atLeast("--rounds", rounds.number(), 1);
        List<Comparison> tables = new ArrayList<>();
        int channels = 4;
        if (autoencoder != null) {
            StoredAutoencoder stored = AutoencoderFiles.open(autoencoder);
            ObjectNode configuration = Json.object()
                    .put("autoencoder", autoencoder.toAbsolutePath().toString())
                    .put("side", SIDE)
                    .put("workers", Runtime.getRuntime().availableProcessors());
            try (Worker ours = context.java("bench latents", "fid-evaluator", EncodingWorker.class, configuration)) {
                channels = ours.hello().path("latentChannels").asInt();
                tables.addAll(coding(context, stored, configuration, ours));
            }
        }
        tables.add(training(context, channels));
        return List.of(new BenchReport("latents", tables));
    }

    private List<Comparison> coding(
            BenchContext context, StoredAutoencoder stored, ObjectNode configuration, Worker ours) {
        Optional<Path> python = stored.isProgram() ? context.python().find(MODULE) : Optional.empty();
        // As TorchScriptPair lists them: program and description of the encoder, then of the decoder.
        ObjectNode theirs = configuration
                .deepCopy()
                .put("encoder", stored.files().get(0).toAbsolutePath().toString())
                .put(
                        "decoder",
                        stored.files()
                                .get(stored.files().size() / 2)
                                .toAbsolutePath()
                                .toString());
        try (Worker peer = python.map(path ->
                        context.python("bench latents torch", path, "encode.py", PythonPeer.TUNED_MALLOC, theirs))
                .orElse(null)) {
            List<Comparison> tables = new ArrayList<>();
            for (String work : List.of("encode", "decode")) {
                tables.add(table(context.python(), stored, work, ours, peer));
            }
            return tables;
        }
    }

    private Comparison table(PythonPeer python, StoredAutoencoder stored, String work, Worker ours, Worker peer) {
        List<Contender> contenders = new ArrayList<>();
        contenders.add(new Contender(OURS, ours, request(work)));
        if (peer != null) {
            for (String layout : List.of("contiguous", "channels-last")) {
                for (int batch : new int[] {EncodingWorker.BATCH, LARGE_BATCH}) {
                    contenders.add(peer(work, peer, layout, batch, true));
                }
                contenders.add(peer(work, peer, layout, EncodingWorker.BATCH, false));
            }
        }
        List<Side> sides;
        try (Progress progress = Progress.start(work, (long) rounds.number() * contenders.size())) {
            sides = new ArrayList<>(
                    Rounds.run(contenders, rounds.number(), "imagesPerSecond", turn -> progress.at(turn, "")));
        }
        if (peer == null) {
            sides.add(
                    stored.isProgram()
                            ? python.missing("PyTorch", MODULE)
                            : new Side.Missing("PyTorch", "the peer runs TorchScript; this is a folder of diffusers'"));
        }
        Comparison table = Comparison.of(work + ", images of " + SIDE + "x" + SIDE, "images/s", sides);
        return sides.stream()
                .skip(1)
                .filter(Side.Measured.class::isInstance)
                .map(Side.Measured.class::cast)
                .max(Comparator.comparingDouble(side -> side.statistics().median()))
                .map(fastest -> table.withRatio(OURS, fastest.name(), null))
                .orElse(table);
    }

    /** @param shared whether all cores share a batch, or each has one of its own */
    private Contender peer(String work, Worker peer, String layout, int batch, boolean shared) {
        return new Contender(
                "PyTorch, " + layout + ", batches of " + batch + (shared ? "" : " on each core"),
                peer,
                request(work).put("layout", layout).put("batch", batch).put("shared", shared));
    }

    private ObjectNode request(String work) {
        return Json.object().put("work", work).put("images", images);
    }

    private Comparison training(BenchContext context, int channels) throws IOException {
        String latents = "latents, " + channels + "x8x8 (latent-8)";
        try (Worker inPixels = trainer(context, "rgb-64", 3);
                Worker inLatents = trainer(context, "latent-8", channels);
                Progress progress = Progress.start("training", 2L * rounds.number())) {
            ObjectNode request = Workload.PLAIN.request(steps);
            List<Contender> contenders =
                    List.of(new Contender(PIXELS, inPixels, request), new Contender(latents, inLatents, request));
            List<Side.Measured> sides =
                    Rounds.run(contenders, rounds.number(), "millis", turn -> progress.at(turn, ""));
            return Comparison.of("a training step, fp32, batch " + BATCH, "ms/step", sides)
                    .withRatio(latents, PIXELS, null);
        }
    }

    private static Worker trainer(BenchContext context, String preset, int channels) throws IOException {
        TrainingSubject subject = TrainingSubject.ofRun(
                new RunSpecParser().parse("the bench's own", """
                        name: bench
                        model: {preset: %s, unet: {in_channels: %d, out_channels: %d}}
                        """.formatted(preset, channels, channels)),
                BATCH,
                Runtime.getRuntime().availableProcessors());
        Path folder = context.folder("latents").resolve(preset);
        subject.write(folder);
        return context.java(
                "bench latents " + preset,
                "primal-trainer",
                TrainingWorker.class,
                subject.configuration(folder, Precision.FP32, WARM_UP));
    }
}
