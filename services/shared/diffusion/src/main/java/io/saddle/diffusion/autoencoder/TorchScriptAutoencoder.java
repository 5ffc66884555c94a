package io.saddle.diffusion.autoencoder;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.torch.Openings;
import io.saddle.diffusion.torch.TorchModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * An autoencoder as a pair of TorchScript files, NAMEencoder.pt and NAMEdecoder.pt, each with a JSON of the same name that has its
 * sha256 and describes its input. The encoder's {@code input.range} (0..1, -1..1) is that of the decoder's images, too; its
 * {@code scaling_factor} and {@code shift_factor} (1 and 0 if missing) are those of {@link LatentScaling}.
 */
public final class TorchScriptAutoencoder implements Autoencoder {
    private static final String ENCODER = "encoder.pt";
    private static final String DECODER = "decoder.pt";
    private static final int PROBED_ROWS = 2;
    private static final int PROBED_SIDE = 64;

    private final TorchModule encoder;
    private final TorchModule decoder;
    private final PixelRange range;
    private final AutoencoderDescription description;

    private TorchScriptAutoencoder(
            TorchModule encoder, TorchModule decoder, PixelRange range, AutoencoderDescription description) {
        this.encoder = encoder;
        this.decoder = decoder;
        this.range = range;
        this.description = description;
    }

    /** True if the path is an encoder's file, or a folder with one. */
    public static boolean isOne(Path path) throws IOException {
        return isEncoder(path) || Files.isDirectory(path) && !encoders(path).isEmpty();
    }

    /**
     * Loads both files and tries them on an empty image.
     *
     * @param path the encoder's file, or a folder with one pair
     * @throws IOException naming the file, and what is missing or wrong
     */
    public static TorchScriptAutoencoder open(Path path) throws IOException {
        TorchScriptFile first = TorchScriptFile.open(encoder(path));
        TorchScriptFile second = TorchScriptFile.open(decoder(first.file()));
        PixelRange range = first.setting(
                "input.range",
                first.description().path("input").path("range"),
                value -> PixelRange.parse(value.asText()));
        LatentScaling scaling =
                first.setting("scaling_factor, shift_factor", first.description(), TorchScriptAutoencoder::scaling);
        try (Openings openings = new Openings()) {
            TorchModule encoder = openings.add(first.load());
            TorchModule decoder = openings.add(second.load());
            int reduction = probe(first, encoder, second, decoder);
            return openings.keep(new TorchScriptAutoencoder(
                    encoder,
                    decoder,
                    range,
                    new AutoencoderDescription(
                            "TorchScript",
                            first.channels(),
                            second.channels(),
                            reduction,
                            parameters(first.description(), second.description()),
                            scaling)));
        }
    }

    /** Programs and descriptions. */
    static List<Path> files(Path path) throws IOException {
        Path encoder = encoder(path);
        Path decoder = decoder(encoder);
        return List.of(encoder, TorchScriptFile.json(encoder), decoder, TorchScriptFile.json(decoder));
    }

    private static Path encoder(Path path) throws IOException {
        return isEncoder(path) ? path : onlyEncoder(path);
    }

    private static Path decoder(Path encoder) {
        String name = encoder.getFileName().toString();
        return encoder.resolveSibling(name.substring(0, name.length() - ENCODER.length()) + DECODER);
    }

    @Override
    public AutoencoderDescription description() {
        return description;
    }

    @Override
    public NDManager newManager() {
        return encoder.newManager();
    }

    @Override
    public NDArray latents(NDArray images) {
        description.requireImages(images.getShape());
        try (NDArray pixels = range.to(images);
                NDArray raw = encoder.forward(images.getManager(), pixels)) {
            return description.scaling().scaled(raw);
        }
    }

    @Override
    public NDArray images(NDArray latents) {
        description.requireLatents(latents.getShape());
        try (NDArray raw = description.scaling().raw(latents);
                NDArray pixels = decoder.forward(latents.getManager(), raw)) {
            return range.from(pixels);
        }
    }

    @Override
    public void close() {
        decoder.close();
        encoder.close();
    }

    /** Pixels of an image along one side of a latent's pixel. */
    private static int probe(TorchScriptFile first, TorchModule encoder, TorchScriptFile second, TorchModule decoder)
            throws IOException {
        try (NDManager scope = encoder.newManager()) {
            Shape images = new Shape(PROBED_ROWS, first.channels(), PROBED_SIDE, PROBED_SIDE);
            NDArray latents = forward(first, encoder, scope, scope.zeros(images, DataType.FLOAT32));
            Shape shape = latents.getShape();
            long side = shape.dimension() == 4 ? shape.get(2) : 0;
            boolean fits = side > 0
                    && PROBED_SIDE % side == 0
                    && shape.equals(new Shape(PROBED_ROWS, second.channels(), side, side));
            if (!fits) {
                throw new IOException(first.file() + ": gives " + shape + " for images " + images
                        + ", not latents of which the decoder's input.shape has " + second.channels()
                        + " channels and which are the images' sides divided by a whole number");
            }
            Shape decoded = forward(second, decoder, scope, latents).getShape();
            if (!decoded.equals(images)) {
                throw new IOException(second.file() + ": gives " + decoded + " for the latents of images " + images);
            }
            return (int) (PROBED_SIDE / side);
        }
    }

    private static NDArray forward(TorchScriptFile file, TorchModule module, NDManager scope, NDArray x)
            throws IOException {
        try {
            NDArray result = module.forward(scope, x);
            if (result.getDataType() != DataType.FLOAT32) {
                throw new IOException(file.file() + ": gives " + result.getDataType() + ", not float32");
            }
            return result;
        } catch (EngineException | IllegalArgumentException | IllegalStateException e) {
            throw new IOException(file.file() + ": forward of " + x.getShape() + " fails: " + TorchModule.reason(e), e);
        }
    }

    private static LatentScaling scaling(JsonNode description) {
        JsonNode factor = description.path("scaling_factor");
        JsonNode shift = description.path("shift_factor");
        if (!factor.isMissingNode() && !factor.isNumber() || !shift.isMissingNode() && !shift.isNumber()) {
            throw new IllegalArgumentException("must be numbers, were " + factor + " and " + shift);
        }
        return new LatentScaling(factor.asDouble(1), shift.asDouble(0));
    }

    private static Long parameters(JsonNode encoder, JsonNode decoder) {
        boolean known = encoder.path("parameters").isIntegralNumber()
                && decoder.path("parameters").isIntegralNumber();
        return known
                ? encoder.get("parameters").longValue()
                        + decoder.get("parameters").longValue()
                : null;
    }

    private static boolean isEncoder(Path path) {
        return Files.isRegularFile(path) && path.getFileName().toString().endsWith(ENCODER);
    }

    private static List<Path> encoders(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(TorchScriptAutoencoder::isEncoder).sorted().toList();
        }
    }

    private static Path onlyEncoder(Path folder) throws IOException {
        List<Path> encoders = encoders(folder);
        if (encoders.size() != 1) {
            throw new IOException(folder + ": must have one file that ends in " + ENCODER + ", has " + encoders
                    + "; name the file of the one that is meant");
        }
        return encoders.get(0);
    }
}
