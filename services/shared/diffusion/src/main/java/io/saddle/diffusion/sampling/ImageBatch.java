package io.saddle.diffusion.sampling;

import io.saddle.diffusion.data.ImageDataSet;
import java.util.Arrays;
import java.util.List;

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

    /** Images {@code from} (inclusive) to {@code to} (exclusive) of a data set. */
    public static ImageBatch of(ImageDataSet data, int from, int to) {
        float[] pixels = new float[Math.multiplyExact(to - from, data.imageSize())];
        for (int i = from; i < to; i++) {
            data.scaled(i, pixels, (i - from) * data.imageSize());
        }
        return new ImageBatch(pixels, to - from, data.channels(), data.height(), data.width());
    }

    /** Images of one shape one behind the other; those of more than one part are copied. */
    public static ImageBatch joined(List<ImageBatch> parts) {
        ImageBatch first = parts.get(0);
        if (parts.size() == 1) {
            return first;
        }
        int count = parts.stream().mapToInt(ImageBatch::count).sum();
        float[] pixels = new float[Math.multiplyExact(count, first.imageSize())];
        int at = 0;
        for (ImageBatch part : parts) {
            System.arraycopy(part.pixels, 0, pixels, at, part.pixels.length);
            at += part.pixels.length;
        }
        return new ImageBatch(pixels, count, first.channels, first.height, first.width);
    }

    /** Values in one image. */
    public int imageSize() {
        return channels * height * width;
    }

    /** The level 0..255 that a file would hold for the value at {@code position} of the pixels; what is outside is clipped. */
    public int level(int position) {
        return Math.max(0, Math.min(255, Math.round((pixels[position] + 1) * 127.5f)));
    }

    /** Images {@code from} (inclusive) to {@code to} (exclusive), copied. */
    public ImageBatch slice(int from, int to) {
        float[] part = Arrays.copyOfRange(pixels, from * imageSize(), to * imageSize());
        return new ImageBatch(part, to - from, channels, height, width);
    }
}
