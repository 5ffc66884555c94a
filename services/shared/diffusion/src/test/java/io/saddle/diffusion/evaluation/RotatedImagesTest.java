package io.saddle.diffusion.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.diffusion.data.ImageDataSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RotatedImagesTest {

    /** The image of number n has the levels n, n + 1, ... from row to row. */
    private static ImageDataSet images(int count, int channels, int height, int width) {
        int size = channels * height * width;
        return new ImageDataSet(
                (index, target, offset) -> {
                    for (int i = 0; i < size; i++) {
                        target[offset + i] = index + i;
                    }
                },
                new int[count],
                Map.of(),
                channels,
                height,
                width);
    }

    private static float[] image(ImageDataSet images, int index) {
        float[] image = new float[images.imageSize()];
        images.scaled(index, image, 0);
        return image;
    }

    /** Each turn is the one before, turned by a quarter to the left. */
    @Test
    void squareImagesAreTurnedByQuarters() {
        ImageDataSet turned = RotatedImages.of(images(4, 1, 2, 2), 4);
        assertArrayEquals(new float[] {0, 1, 2, 3}, image(turned, 0));
        assertArrayEquals(new float[] {1 + 1, 1 + 3, 1, 1 + 2}, image(turned, 1));
        assertArrayEquals(new float[] {2 + 3, 2 + 2, 2 + 1, 2}, image(turned, 2));
        assertArrayEquals(new float[] {3 + 2, 3, 3 + 3, 3 + 1}, image(turned, 3));
        assertEquals(Map.of(0, 1, 1, 1, 2, 1, 3, 1), turned.classCounts());
        assertEquals("270", turned.className(3));
    }

    @Test
    void everyChannelIsTurned() {
        ImageDataSet turned = RotatedImages.of(images(2, 3, 2, 2), 2);
        assertArrayEquals(new float[] {2, 4, 1, 3, 6, 8, 5, 7, 10, 12, 9, 11}, image(turned, 1));
    }

    @Test
    void othersAreTurnedUpsideDown() {
        ImageDataSet turned = RotatedImages.of(images(4, 1, 1, 3), 4);
        assertArrayEquals(new float[] {1 + 2, 1 + 1, 1}, image(turned, 1));
        assertArrayEquals(new float[] {2, 3, 4}, image(turned, 2));
        assertEquals(Map.of(0, 2, 2, 2), turned.classCounts());
    }

    @Test
    void aPartIsSpreadOverAll() {
        ImageDataSet turned = RotatedImages.of(images(1000, 1, 2, 2), 10);
        assertEquals(10, turned.count());
        assertEquals(400, image(turned, 4)[0]);
    }
}
