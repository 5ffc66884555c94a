package io.saddle.diffusion.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * A picture that needs no file: slow changes of colour, a disc with a soft edge and thin stripes, so that an autoencoder has smooth areas,
 * edges and detail to keep.
 */
public final class TestPicture {
    private static final double RADIUS = 0.25;
    private static final double EDGE = 40;
    private static final double STRIPES = 16;

    private TestPicture() {}

    /**
     * The picture, alike at every size.
     *
     * @return [1, channels, side, side], float32, values -1..1; belongs to the manager
     */
    public static NDArray create(NDManager manager, int channels, int side) {
        float[] pixels = new float[channels * side * side];
        for (int i = 0; i < pixels.length; i++) {
            double x = (i % side + 0.5) / side;
            double y = (i / side % side + 0.5) / side;
            pixels[i] = (float) value(i / (side * side), x, y);
        }
        return manager.create(pixels, new Shape(1, channels, side, side));
    }

    /** @param x 0..1 from the left, as {@code y} from the top */
    private static double value(int channel, double x, double y) {
        double ground = 0.6 * Math.sin(Math.PI * (x + 0.5 * y) + 2 * channel);
        double disc = 1 / (1 + Math.exp(EDGE * (Math.hypot(x - 0.4, y - 0.45) - RADIUS)));
        double colour = 0.8 * Math.cos(2 * channel);
        double stripes = y > 0.8 ? 0.3 * Math.sin(2 * Math.PI * STRIPES * x) : 0;
        return ground * (1 - disc) + colour * disc + stripes;
    }
}
