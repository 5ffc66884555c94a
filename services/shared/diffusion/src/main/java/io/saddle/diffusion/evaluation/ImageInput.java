package io.saddle.diffusion.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.torch.TorchProgram;
import io.saddle.diffusion.torchscript.PixelRange;
import io.saddle.diffusion.torchscript.TorchScriptFile;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The images that a TorchScript program takes, as its description says, and the way there from any image: to the 256 levels of a
 * file, to grey or RGB, to the size (antialiased bicubic) where it has one, to its range. Thread-safe.
 */
final class ImageInput implements AutoCloseable {
    private static final Pattern SIDES = Pattern.compile("N x \\d+ x (\\w+) x (\\w+)(?:[^\\w].*)?");
    private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,3}");
    private static final int LARGEST_SIDE = 2048;
    /** Values in a batch: 16 RGB images of 256 x 256. */
    private static final int BATCH_VALUES = 16 * 3 * 256 * 256;

    private static final int MOST_IN_A_BATCH = 16;
    private static final int GREY = 1;
    private static final int RGB = 3;
    /** Of red, green and blue in grey, as ITU-R 601 and PIL have it. */
    private static final float[] LUMA = {0.299f, 0.587f, 0.114f};

    // Bicubic interpolation runs over at edges, which no file would hold.
    private static final String SCRIPT = """
              def resize(self: SELF, x: Tensor, height: Tensor, width: Tensor) -> Tensor:
                y = torch._upsample_bicubic2d_aa(x, [int(height), int(width)], False, None, None)
                return torch.clamp(y, -1, 1)
            """.replace("SELF", TorchProgram.SELF);

    /** What a description says; height and width in pixels, 0: any. */
    private record Described(String name, int channels, int height, int width, PixelRange range) {}

    private final String name;
    private final int channels;
    private final int height;
    private final int width;
    private final PixelRange range;
    private final TorchProgram program = new TorchProgram(SCRIPT);

    private ImageInput(Described described) {
        name = described.name();
        channels = described.channels();
        height = described.height();
        width = described.width();
        range = described.range();
    }

    /** As {@link #of(TorchScriptFile)}, of which only what is wrong is of interest. */
    static void check(TorchScriptFile file) throws IOException {
        read(file);
    }

    /**
     * Reads {@code input.shape} (N x C x H x W with numbers or letters for H and W), {@code input.layout} and {@code input.range}.
     *
     * @throws IOException naming the file and the key that is missing or wrong
     */
    static ImageInput of(TorchScriptFile file) throws IOException {
        return new ImageInput(read(file));
    }

    private static Described read(TorchScriptFile file) throws IOException {
        JsonNode input = file.description().path("input");
        PixelRange range = file.setting("input.range", input.path("range"), value -> PixelRange.parse(value.asText()));
        int[] sides = file.setting("input.shape", input.path("shape"), ImageInput::sides);
        if (file.channels() != GREY && file.channels() != RGB) {
            throw new IOException(file.file() + ": input.shape: images are grey (1) or RGB (3), not of "
                    + file.channels() + " channels");
        }
        if (input.path("layout").asText().contains("BGR")) {
            throw new IOException(file.file() + ": input.layout: only RGB is supported, let the program turn it round");
        }
        return new Described(file.file().toString(), file.channels(), sides[0], sides[1], range);
    }

    private static int[] sides(JsonNode shape) {
        Matcher matcher = SIDES.matcher(shape.asText());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "must be as N x 3 x 224 x 224, or N x 3 x H x W for any size, was " + shape);
        }
        int[] sides = {side(matcher.group(1)), side(matcher.group(2))};
        if ((sides[0] == 0) != (sides[1] == 0)) {
            throw new IllegalArgumentException("height and width are both numbers or both letters, was " + shape);
        }
        return sides;
    }

    private static int side(String text) {
        if (NUMBER.matcher(text).matches() && Integer.parseInt(text) <= LARGEST_SIDE) {
            return Integer.parseInt(text);
        }
        if (Character.isDigit(text.charAt(0))) {
            throw new IllegalArgumentException(
                    "a side is a number of pixels, at most " + LARGEST_SIDE + ", or a letter, was " + text);
        }
        return 0;
    }

    /** Shape of a batch; {@code side} stands for what may be of any size. */
    Shape shape(int count, int side) {
        return new Shape(count, channels, height == 0 ? side : height, width == 0 ? side : width);
    }

    /** The number of such images that are computed at a time. */
    int batch(ImageBatch images) {
        long values =
                (long) channels * (height == 0 ? images.height() : height) * (width == 0 ? images.width() : width);
        return (int) Math.max(1, Math.min(MOST_IN_A_BATCH, BATCH_VALUES / values));
    }

    /**
     * The images as the program takes them, float32 [count, C, H, W].
     *
     * @throws IllegalArgumentException for images that are neither grey nor RGB
     */
    NDArray of(NDManager manager, ImageBatch images) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray pixels =
                    scope.create(colours(images), new Shape(images.count(), channels, images.height(), images.width()));
            NDArray fitting = isOfItsSize(images)
                    ? pixels
                    : program.call("resize", pixels, scope.create((long) height), scope.create((long) width))
                            .singletonOrThrow();
            NDArray input = range.to(fitting);
            input.attach(manager);
            return input;
        }
    }

    private boolean isOfItsSize(ImageBatch images) {
        return height == 0 || images.height() == height && images.width() == width;
    }

    private float[] colours(ImageBatch images) {
        int had = images.channels();
        if (had != channels && had != GREY && had != RGB) {
            throw new IllegalArgumentException(name + " takes " + (channels == GREY ? "grey" : "RGB")
                    + " images (input.shape of its description), these have " + had + " channels");
        }
        int plane = images.height() * images.width();
        float[] colours = new float[images.count() * channels * plane];
        for (int i = 0; i < images.count(); i++) {
            for (int channel = 0; channel < channels; channel++) {
                for (int pixel = 0; pixel < plane; pixel++) {
                    colours[(i * channels + channel) * plane + pixel] = had > channels
                            ? grey(images, i * had * plane + pixel, plane)
                            : level(images, (i * had + Math.min(channel, had - 1)) * plane + pixel);
                }
            }
        }
        return colours;
    }

    private static float grey(ImageBatch images, int red, int plane) {
        float sum = 0;
        for (int channel = 0; channel < RGB; channel++) {
            sum += LUMA[channel] * level(images, red + channel * plane);
        }
        return sum;
    }

    /** As a file would hold it, in -1..1. */
    private static float level(ImageBatch images, int position) {
        return images.level(position) / 127.5f - 1;
    }

    @Override
    public void close() {
        program.close();
    }
}
