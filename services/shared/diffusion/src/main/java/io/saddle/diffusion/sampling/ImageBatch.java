package io.saddle.diffusion.sampling;

import java.util.Arrays;

/**
 * Images with values around -1..1.
 *
 * @param pixels [count, channels, height, width] in row-major order; not copied
 */
public record ImageBatch(float[] pixels, int count, int channels, int height, int width) {
    public ImageBatch {
        if (pixels.length != (long) count * channels * height * width) {
            throw new IllegalArgumentException(count + " images of " + channels + "x" + height + "x" + width + " need "
                    + (long) count * channels * height * width + " values, not " + pixels.length);
        }
    }

    /** Values in one image. */
    public int imageSize() {
        return channels * height * width;
    }

    /** Images {@code from} (inclusive) to {@code to} (exclusive), copied. */
    public ImageBatch slice(int from, int to) {
        float[] part = Arrays.copyOfRange(pixels, from * imageSize(), to * imageSize());
        return new ImageBatch(part, to - from, channels, height, width);
    }
}
