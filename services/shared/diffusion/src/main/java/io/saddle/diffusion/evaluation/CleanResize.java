package io.saddle.diffusion.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.torch.ScalarType;
import io.saddle.diffusion.torch.TorchProgram;

/**
 * Brings images to the size that Inception-v3 takes, as clean-fid's "clean" resize does (Parmar, Zhang, Zhu 2022): values 0..255,
 * antialiased bicubic interpolation as PIL's on float images, afterwards clipped to 0..255 and not rounded. Thread-safe.
 */
public final class CleanResize implements AutoCloseable {
    /** Height and width of the result, pixels. */
    public static final int SIDE = 299;

    // In float64, as PIL computes inside; with antialias the kernel is PIL's (a = -0.5), not torch's usual one.
    private static final String SCRIPT = """
              def resize(self: SELF, x: Tensor) -> Tensor:
                y = torch._upsample_bicubic2d_aa(DOUBLE_X, [SIDE, SIDE], False, None, None)
                return FLOAT_Y.clamp(0, 255)
            """.replace("SELF", TorchProgram.SELF)
            .replace("SIDE", Integer.toString(SIDE))
            .replace("DOUBLE_X", ScalarType.FLOAT64.cast("x"))
            .replace("FLOAT_Y", ScalarType.FLOAT32.cast("y"));

    private final TorchProgram program = new TorchProgram(SCRIPT);

    /**
     * The resized images, float32 [count, 3, 299, 299]; grey ones are repeated in all three channels.
     *
     * @param images -1..1; rounded to the 256 levels that a file would hold first
     * @throws IllegalArgumentException for images that are neither grey nor RGB
     */
    public NDArray resized(NDManager manager, ImageBatch images) {
        int channels = images.channels();
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException(
                    "Inception features need grey (1) or RGB (3) images, these have " + channels + " channels");
        }
        try (NDManager scope = manager.newSubManager()) {
            Shape shape = new Shape(images.count(), channels, images.height(), images.width());
            NDArray resized =
                    program.call("resize", scope.create(levels(images), shape)).singletonOrThrow();
            NDArray rgb = channels == 3 ? resized : resized.repeat(1, 3);
            rgb.attach(manager);
            return rgb;
        }
    }

    @Override
    public void close() {
        program.close();
    }

    private static float[] levels(ImageBatch images) {
        float[] levels = new float[images.pixels().length];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = images.level(i);
        }
        return levels;
    }
}
