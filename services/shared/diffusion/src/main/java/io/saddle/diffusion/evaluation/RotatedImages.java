package io.saddle.diffusion.evaluation;

import io.saddle.diffusion.data.ImageDataSet;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Images that are turned, each with its turn as its class: what a classifier learns of them, it learns without labels (Gidaris et al. 2018,
 * "Unsupervised Representation Learning by Predicting Image Rotations").
 */
public final class RotatedImages {

    private static final int QUARTERS = 4;
    private static final Map<Integer, String> NAMES = Map.of(0, "0", 1, "90", 2, "180", 3, "270");

    private RotatedImages() {}

    /**
     * Images spread over the whole set: the first by 0 degrees, the next by 90, and so on; by 0 and 180 where they are not square.
     *
     * @param most images, so that training ends
     */
    public static ImageDataSet of(ImageDataSet images, int most) {
        int count = Math.min(most, images.count());
        boolean square = images.height() == images.width();
        int[] quarters = IntStream.range(0, count)
                .map(i -> square ? i % QUARTERS : i % 2 * 2)
                .toArray();
        return new ImageDataSet(
                (index, target, offset) -> {
                    images.scaled((int) ((long) index * images.count() / count), target, offset);
                    turn(images, target, offset, quarters[index]);
                },
                quarters,
                NAMES,
                images.channels(),
                images.height(),
                images.width());
    }

    private static void turn(ImageDataSet like, float[] image, int offset, int quarters) {
        int height = like.height();
        int width = like.width();
        float[] channel = new float[height * width];
        for (int c = 0; c < like.channels() && quarters > 0; c++) {
            int start = offset + c * channel.length;
            System.arraycopy(image, start, channel, 0, channel.length);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    int from =
                            switch (quarters) {
                                case 1 -> x * width + (width - 1 - y);
                                case 2 -> (height - 1 - y) * width + (width - 1 - x);
                                default -> (height - 1 - x) * width + y;
                            };
                    image[start + y * width + x] = channel[from];
                }
            }
        }
    }
}
