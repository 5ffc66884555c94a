package io.saddle.fidevaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.sampling.ImageGrid;
import org.junit.jupiter.api.Test;

class SampleGridTest {

    private static ImageBatch shape(int channels, int side) {
        return new ImageBatch(new float[0], 0, channels, side, side);
    }

    @Test
    void smallImagesAreDrawnTwiceAsLarge() {
        assertEquals(new SampleGrid(100, 10, 2), SampleGrid.of(100, shape(1, 28)));
        assertEquals(new SampleGrid(7, 3, 2), SampleGrid.of(7, shape(3, 32)));
    }

    /** A hundred of 1024 x 1024 took 420 million pixels, and the evaluator with them, at every snapshot. */
    @Test
    void largeOnesAreDrawnAsTheyAreAndThenFewerOfThem() {
        assertEquals(new SampleGrid(100, 10, 1), SampleGrid.of(100, shape(3, 256)));
        assertEquals(new SampleGrid(9, 3, 1), SampleGrid.of(100, shape(3, 1024)));
        SampleGrid many = SampleGrid.of(10_000, shape(3, 512));
        assertEquals(new SampleGrid(49, 7, 1), many);
        assertTrue(ImageGrid.pixels(49, 7, 512, 512, 1) <= SampleGrid.PIXELS);
    }

    @Test
    void whatCannotBeDrawnOrIsTooLargeAloneIsNotShown() {
        assertEquals(0, SampleGrid.of(100, shape(4, 28)).images());
        assertEquals(0, SampleGrid.of(100, shape(2, 28)).images());
        assertEquals(0, SampleGrid.of(1, shape(1, 5000)).images());
        assertEquals(0, SampleGrid.of(0, shape(1, 28)).images());
    }

    @Test
    void itsPixelsAreThoseOfThePicture() {
        assertEquals((10L * 29 + 1) * 2 * (10 * 29 + 1) * 2, ImageGrid.pixels(100, 10, 28, 28, 2));
        assertEquals((3L * 29 + 1) * (2 * 30 + 1), ImageGrid.pixels(5, 3, 29, 28, 1));
    }
}
