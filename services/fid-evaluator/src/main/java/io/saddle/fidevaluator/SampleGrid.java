package io.saddle.fidevaluator;

import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.sampling.ImageGrid;

/**
 * The size of a grid of samples, settled before a sample is kept or drawn: a square as large as a budget of pixels allows, each pixel
 * doubled where there is room.
 *
 * @param images that it shows; 0 where they cannot be drawn, or one alone is too large
 */
record SampleGrid(int images, int columns, int scale) {

    /** Takes 64 MB to draw, and at most three times as much is kept of the samples. */
    static final long PIXELS = 16_000_000;

    private static final int SCALE = 2;

    /**
     * @param wanted number of images
     * @param sample has the shape of them all
     */
    static SampleGrid of(int wanted, ImageBatch sample) {
        int columns = ImageGrid.canDraw(sample.channels()) ? columns(wanted) : 0;
        if (columns > 0 && fits(wanted, columns, sample, SCALE)) {
            return new SampleGrid(wanted, columns, SCALE);
        }
        int images = wanted;
        while (columns > 0 && !fits(images, columns, sample, 1)) {
            columns--;
            images = columns * columns;
        }
        return new SampleGrid(columns == 0 ? 0 : images, columns, 1);
    }

    private static int columns(int images) {
        return (int) Math.ceil(Math.sqrt(images));
    }

    private static boolean fits(int images, int columns, ImageBatch sample, int scale) {
        return ImageGrid.pixels(images, columns, sample.height(), sample.width(), scale) <= PIXELS;
    }
}
