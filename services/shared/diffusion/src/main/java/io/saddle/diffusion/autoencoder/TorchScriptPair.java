package io.saddle.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.files.TensorType;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.Openings;
import io.saddle.diffusion.torch.TorchModule;
import io.saddle.diffusion.torchscript.PixelRange;
import io.saddle.diffusion.torchscript.TorchScriptFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An autoencoder as a pair of TorchScript files, NAMEencoder.pt and NAMEdecoder.pt, each with a JSON of the same name that has its
 * sha256 and describes its input. The encoder's {@code input.range} (0..1, -1..1) is that of the decoder's images, too; its
 * {@code scaling_factor} and {@code shift_factor} (1 and 0 if missing) are those of {@link LatentScaling}.
 */
public final class TorchScriptPair implements StoredAutoencoder {
    private static final String KIND = "TorchScript";
    private static final String ENCODER = "encoder.pt";
    private static final String DECODER = "decoder.pt";
    private static final int PROBED_ROWS = 2;
    private static final int PROBED_SIDE = 64;

    private final TorchScriptFile encoder;
    private final TorchScriptFile decoder;
    private final PixelRange range;
    private final LatentScaling scaling;

    private TorchScriptPair(TorchScriptFile encoder, TorchScriptFile decoder, PixelRange range, LatentScaling scaling) {
        this.encoder = encoder;
        this.decoder = decoder;
        this.range = range;
        this.scaling = scaling;
    }

    /** True if the path is an encoder's file, or a folder with one. */
    public static boolean isOne(Path path) throws IOException {
        return isEncoder(path) || Files.isDirectory(path) && !encoders(path).isEmpty();
    }

    /**
     * Reads both descriptions; no program is run.
     *
     * @param path the encoder's file, or a folder with one pair
     * @throws IOException naming the file, and what is missing or wrong
     */
    public static TorchScriptPair open(Path path) throws IOException {
        TorchScriptFile encoder = TorchScriptFile.open(encoder(path));
        TorchScriptFile decoder = TorchScriptFile.open(decoder(encoder.file()));
        PixelRange range = encoder.setting(
                "input.range",
                encoder.description().path("input").path("range"),
                value -> PixelRange.parse(value.asText()));
        LatentScaling scaling =
                encoder.setting("scaling_factor, shift_factor", encoder.description(), TorchScriptPair::scaling);
        return new TorchScriptPair(encoder, decoder, range, scaling);
    }

    /** Loads both programs and tries them on an empty image; they have a precision of their own. */
    @Override
    public Autoencoder load(Precision precision) throws IOException {
        try (Openings openings = new Openings()) {
            TorchModule first = openings.add(encoder.load());
            TorchModule second = openings.add(decoder.load());
            AutoencoderDescription description = new AutoencoderDescription(
                    KIND,
                    encoder.channels(),
                    decoder.channels(),
                    reduction(first, second),
                    parameters(encoder.description(), decoder.description()),
                    scaling);
            return openings.keep(new TorchScriptAutoencoder(first, second, range, description));
        }
    }

    @Override
    public boolean isProgram() {
        return true;
    }

    @Override
    public String kind() {
        return KIND;
    }

    /** Programs and descriptions. */
    @Override
    public List<Path> files() {
        return List.of(
                encoder.file(),
                TorchScriptFile.json(encoder.file()),
                decoder.file(),
                TorchScriptFile.json(decoder.file()));
    }

    /** Empty: programs hold their weights. */
    @Override
    public Set<TensorType> weightTypes() {
        return Set.of();
    }

    private static Path encoder(Path path) throws IOException {
        return isEncoder(path) ? path : onlyEncoder(path);
    }

    private static Path decoder(Path encoder) {
        String name = encoder.getFileName().toString();
        return encoder.resolveSibling(name.substring(0, name.length() - ENCODER.length()) + DECODER);
    }

    /** Pixels of an image along one side of a latent's pixel. */
    private int reduction(TorchModule first, TorchModule second) throws IOException {
        try (NDManager scope = first.newManager()) {
            Shape images = new Shape(PROBED_ROWS, encoder.channels(), PROBED_SIDE, PROBED_SIDE);
            NDArray latents = encoder.tried(first, scope, scope.zeros(images, DataType.FLOAT32));
            Shape shape = latents.getShape();
            long side = shape.dimension() == 4 ? shape.get(2) : 0;
            boolean fits = side > 0
                    && PROBED_SIDE % side == 0
                    && shape.equals(new Shape(PROBED_ROWS, decoder.channels(), side, side));
            if (!fits) {
                throw new IOException(encoder.file() + ": gives " + shape + " for images " + images
                        + ", not latents of which the decoder's input.shape has " + decoder.channels()
                        + " channels and which are the images' sides divided by a whole number");
            }
            Shape decoded = decoder.tried(second, scope, latents).getShape();
            if (!decoded.equals(images)) {
                throw new IOException(decoder.file() + ": gives " + decoded + " for the latents of images " + images);
            }
            return (int) (PROBED_SIDE / side);
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
            return files.filter(TorchScriptPair::isEncoder).sorted().toList();
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
