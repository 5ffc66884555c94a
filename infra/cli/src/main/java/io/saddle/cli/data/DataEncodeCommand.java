package io.saddle.cli.data;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.cli.terminal.Progress;
import io.saddle.dataimport.ImportOptions;
import io.saddle.dataset.Element;
import io.saddle.diffusion.autoencoder.Autoencoder;
import io.saddle.diffusion.autoencoder.AutoencoderFiles;
import io.saddle.diffusion.autoencoder.StoredAutoencoder;
import io.saddle.diffusion.network.Precision;
import io.saddle.model.data.DataSetAddress;
import io.saddle.model.data.StoredDataSets;
import io.saddle.model.data.StoredDataSets.Version;
import io.saddle.model.latents.LatentEncoding;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a data set of latents of a data set of images. */
@Command(
        name = "encode",
        description = {
            "Makes a data set of the latents that an autoencoder gives for a data set's images, with the same columns. One that"
                    + " was cut off goes on where it was when it is started again, unless what was done is damaged."
                    + " A run that names the latents (data: {dataset: LATENTS}) trains on them; its images are decoded with the autoencoder, which is kept"
                    + " with the data set.",
            "",
            "A TorchScript autoencoder is a program: encode with those of people whom you trust.",
            "",
            "'./saddle model verify PATH' tells what an autoencoder is and what it keeps of a picture."
        },
        footer = {
            "  ./saddle data encode faces --autoencoder sd-vae-ft-mse --name faces-latent",
            "  ./saddle data encode faces@2 --autoencoder taef2-encoder.pt --name faces-latent --element float32"
        })
final class DataEncodeCommand extends PrintingCommand {

    @Parameters(
            paramLabel = "NAME[@N]",
            converter = DataSetOptions.Address.class,
            description = "The data set of images; @N: version N, not the newest.")
    private DataSetAddress set;

    @Option(
            names = "--autoencoder",
            required = true,
            paramLabel = "PATH",
            description = "A folder of diffusers' AutoencoderKL or AutoencoderTiny, or a pair of TorchScript files"
                    + " (encoder.pt and decoder.pt with a JSON beside each), by their folder or the encoder's file.")
    private Path autoencoder;

    @Option(names = "--name", required = true, paramLabel = "LATENTS", description = "Name of the data set of latents.")
    private String name;

    @Option(
            names = "--element",
            paramLabel = "float16|float32",
            defaultValue = "float16",
            description = "What latents are kept as (default: ${DEFAULT-VALUE}).")
    private Kept kept;

    @Option(
            names = "--precision",
            paramLabel = "fp32|bf16",
            defaultValue = "fp32",
            description = "What a diffusers autoencoder computes in (default: ${DEFAULT-VALUE}); TorchScript files have"
                    + " a format of their own.")
    private Precision precision;

    @Option(
            names = "--means",
            description =
                    "Of an AutoencoderKL keeps the means of latents alone: half the bytes, and training draws nothing.")
    private boolean means;

    @Option(names = "--json", description = "Prints what the data set holds as JSON.")
    private boolean json;

    @Mixin
    private DataSetOptions data;

    @Mixin
    private NewVersionAnnouncement announcement;

    private enum Kept {
        FLOAT16(Element.FLOAT16),
        FLOAT32(Element.FLOAT32);

        private final Element element;

        Kept(Element element) {
            this.element = element;
        }
    }

    @Override
    protected int run(PrintWriter out) throws Exception {
        announcement.prepare(data);
        StoredDataSets sets = data.sets();
        Version source = DataSetOptions.find(sets, set);
        Version made;
        try {
            ImportOptions.requireName(name);
            made = encoded(sets, source);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.INVALID_INPUT, e.getMessage());
        }
        announcement.announce(made.address(), data, err());
        DataSetText.show(made, sets, json, out);
        return ExitCode.OK;
    }

    private Version encoded(StoredDataSets sets, Version source) throws IOException {
        StoredAutoencoder stored;
        Autoencoder loaded;
        try {
            stored = AutoencoderFiles.open(autoencoder);
            loaded = stored.load(precision);
        } catch (IOException e) {
            throw CommandException.of(e, e.getMessage());
        }
        try (loaded;
                Progress progress = Progress.start(
                        "encoding " + source.address(), source.manifest().images())) {
            LatentEncoding encoding = new LatentEncoding(
                    source,
                    sets.open(source),
                    loaded,
                    new LatentEncoding.Options(
                            stored.files(),
                            kept.element,
                            stored.isProgram()
                                    ? "as scripted"
                                    : precision.name().toLowerCase(Locale.ROOT),
                            means,
                            Runtime.getRuntime().availableProcessors()),
                    new LatentEncoding.Progress() {
                        @Override
                        public void at(long images, long total) {
                            progress.at(images, "");
                        }

                        @Override
                        public void note(String text) {
                            progress.note(err(), "warning: " + text);
                        }
                    });
            return new DataSetWork(data.settings(), name).run(work -> encoding.run(name, work, sets, Instant.now()));
        }
    }
}
