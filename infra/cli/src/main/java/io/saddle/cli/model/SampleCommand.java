package io.saddle.cli.model;

import io.saddle.artifact.DurableFiles;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.cli.terminal.Progress;
import io.saddle.diffusion.autoencoder.Autoencoder;
import io.saddle.diffusion.autoencoder.AutoencoderFiles;
import io.saddle.diffusion.autoencoder.StoredAutoencoder;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.sampling.ImageGrid;
import io.saddle.diffusion.sampling.ImageSampler;
import io.saddle.diffusion.sampling.Sampler;
import io.saddle.model.RunModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws images from a run's newest model. */
@Command(
        name = "sample",
        description =
                "Draws images from a run's newest or best EMA snapshot, while it trains or afterwards, as one PNG.",
        footer = {
            "  ./saddle sample my-run",
            "  ./saddle sample my-run --count 100 --sampler dpmpp-2m --steps 15 --out grid.png",
            "  ./saddle sample my-run --class 3 --class 7 --guidance 2",
            "  ./saddle sample my-run --count 1000 --images samples"
        })
public final class SampleCommand extends PrintingCommand {

    private static final int SCALE = 2;

    private static final String GRID = "grid.png";

    @Parameters(paramLabel = "RUN", description = "The run.")
    private String runId;

    @Option(names = "--count", defaultValue = "64", description = "Number of images (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(names = "--out", paramLabel = "<out>", description = "The PNG (default: " + GRID + ").")
    private Path png;

    @Option(
            names = "--images",
            paramLabel = "FOLDER",
            description =
                    "Not one PNG but each image as a PNG of its own, in this folder, which does not exist yet; './saddle"
                            + " fid' compares such folders.")
    private Path folder;

    @Option(
            names = "--sampler",
            paramLabel = "NAME",
            description =
                    "ddim, ddpm, euler, or dpmpp-2m for few steps (default: ddim); of a flow euler alone (default there).")
    private String sampler;

    @Option(
            names = "--spacing",
            paramLabel = "NAME",
            description =
                    "Timesteps: leading, trailing or linspace, as diffusers names them (default: what suits sampler and schedule).")
    private String spacing;

    @Option(names = "--steps", defaultValue = "50", description = "Network calls an image (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(names = "--seed", defaultValue = "0", description = "Seed of the noise (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--class",
            paramLabel = "LABEL",
            split = ",",
            description = "Of a network that is told classes: the labels to show, in turn (default: all).")
    private int[] classes;

    @Option(
            names = "--guidance",
            paramLabel = "SCALE",
            defaultValue = "1",
            description =
                    "Of a network that is told classes: classifier-free guidance; 1: none (default: ${DEFAULT-VALUE}).")
    private double guidance;

    @Option(
            names = "--autoencoder",
            paramLabel = "PATH",
            description = "What decodes the latents of a model that makes latents (default: what they were made with).")
    private Path autoencoder;

    @Mixin
    private ModelChoice choice;

    @Override
    protected int run(PrintWriter out) throws Exception {
        atLeast("--count", count, 1);
        if (folder == null) {
            png = png == null ? Path.of(GRID) : png;
            requireWritable(png);
        } else {
            if (png != null) {
                throw wrongUsage(
                        "--out is one PNG, --images a folder of many: name one of them; --count says how many");
            }
            NewFolder.requireNew(folder);
        }
        try (ModelChoice.Chosen model = choice.read(runId, autoencoder);
                NewFolder made = folder == null ? null : NewFolder.at("--images", folder)) {
            DiffusersPipelineFolder pipeline = model.model();
            Sampler chosen = sampler(new RunModel(
                    pipeline.network(), pipeline.schedule(), pipeline.prediction(), pipeline.latents() != null));
            try (UNet2D network = UNet2D.compile(pipeline.network());
                    NoisePredictor predictor = new NoisePredictor(network, pipeline.weights(), Precision.FP32);
                    Autoencoder decoder = autoencoder(model)) {
                if (folder == null) {
                    requireOnePicture(pipeline.network(), decoder);
                }
                sample(images(predictor, chosen, decoder), made);
            }
            out.println((folder == null ? png : folder) + ": " + count + " images of " + model.name());
        }
        return ExitCode.OK;
    }

    /** Before minutes of sampling, not after them. */
    private static void requireWritable(Path file) {
        Path parent = file.toAbsolutePath().normalize().getParent();
        String problem = Files.isDirectory(file)
                ? " is a folder; name a file, or --images for one file each"
                : !Files.isDirectory(parent)
                        ? " cannot be written: there is no folder " + parent
                        : !Files.isWritable(Files.exists(file) ? file : parent) ? " cannot be written by you" : null;
        if (problem != null) {
            throw new CommandException(ExitCode.INVALID_INPUT, "--out: " + file + problem);
        }
    }

    /** More pixels are in no array: before sampling, not after it. */
    private void requireOnePicture(UNet2DConfig network, Autoencoder decoder) {
        long side =
                decoder == null ? SCALE : (long) SCALE * decoder.description().reduction();
        if ((long) count * network.height() * side * network.width() * side > Integer.MAX_VALUE) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT, "--count: so many are too large for one PNG; take --images FOLDER");
        }
    }

    private static void write(Path folder, int first, ImageBatch images) {
        try {
            for (int i = 0; i < images.count(); i++) {
                Path file = folder.resolve(String.format(Locale.ROOT, "%06d.png", first + i));
                Files.write(file, ImageGrid.png(images, i));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Null where the network makes images. What comes from a console elsewhere is not run if it is a program. */
    private Autoencoder autoencoder(ModelChoice.Chosen model) throws IOException {
        Path folder = model.decoding(autoencoder);
        if (folder == null) {
            return null;
        }
        StoredAutoencoder stored;
        try {
            stored = AutoencoderFiles.open(folder);
        } catch (IOException e) {
            throw CommandException.of(e, "--autoencoder: " + e.getMessage());
        }
        if (stored.isProgram() && autoencoder == null && model.fetched() != null) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    "the model's autoencoder is a TorchScript program, which is not run straight from a console"
                            + " elsewhere: name your own copy with --autoencoder, or look at the one that './saddle export' writes");
        }
        return stored.load(Precision.FP32);
    }

    private ImageSampler images(NoisePredictor predictor, Sampler sampler, Autoencoder decoder) throws IOException {
        UNet2DConfig network = predictor.config();
        if (!network.classConditional() && (classes != null || guidance != 1)) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    "--class and --guidance are for networks that are told classes; this one is not");
        }
        for (int label : classes == null ? new int[0] : classes) {
            network.labelProblem(label).ifPresent(problem -> {
                throw new CommandException(ExitCode.INVALID_INPUT, "--class: " + problem);
            });
        }
        try {
            return RunModel.images(
                    predictor,
                    sampler,
                    guidance,
                    () -> classes == null
                            ? IntStream.range(0, network.nullClass()).toArray()
                            : classes,
                    decoder);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.INVALID_INPUT, "--guidance or --autoencoder: " + e.getMessage());
        }
    }

    private Sampler sampler(RunModel model) {
        try {
            return model.sampler(sampler, spacing, steps);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.INVALID_INPUT, "--sampler, --spacing or --steps: " + e.getMessage());
        }
    }

    /** A picture that is there already stays if there is no room for this one. */
    private void write(byte[] grid) {
        try {
            if (Files.exists(png) && !Files.isRegularFile(png)) {
                Files.write(png, grid);
            } else {
                DurableFiles.replace(Files.exists(png) ? png.toRealPath() : png.toAbsolutePath(), grid);
            }
        } catch (IOException e) {
            throw new CommandException(ExitCode.FAILED, png + " cannot be written: " + e.getMessage());
        }
    }

    /** @param made what the images are written to as they come; null: all in one PNG */
    private void sample(ImageSampler images, NewFolder made) throws IOException {
        int workers = Runtime.getRuntime().availableProcessors();
        int calls = images.sampler().timesteps().length;
        try (Progress progress = Progress.start("sampling " + runId, (long) count * calls)) {
            AtomicLong done = new AtomicLong();
            IntConsumer watched = rows -> {
                synchronized (progress) {
                    progress.at(done.addAndGet(rows), calls + " network calls an image");
                }
            };
            if (made == null) {
                ImageBatch all = images.sample(count, seed, NoisePredictor.BATCH, workers, watched);
                write(ImageGrid.png(all, (int) Math.ceil(Math.sqrt(count)), SCALE));
                return;
            }
            images.each(
                    count,
                    seed,
                    NoisePredictor.BATCH,
                    workers,
                    watched,
                    (first, some) -> write(made.partial(), first, some));
            made.finish();
        }
    }
}
