package io.saddle.diffusion.training;

import io.saddle.diffusion.network.UNet2DConfig;

/**
 * The number of rows that a worker puts through a network together. More fill the processor better, fewer take less memory. What
 * is kept of a row for the backward pass was measured on six networks of 0.3 to 114 million weights, images of 8x8 to 64x64: 9 to 15
 * times the maps of all levels' sizes, for each residual block of a level going down and up. That was with autograd;
 * of a network of 5 million weights in bf16 a row keeps 2 % more since a processor's backward pass is written out.
 */
public final class MicroBatch {

    private static final long BYTES_OF_A_WORKER = 768L << 20;
    private static final long MAPS_A_BLOCK = 16;
    private static final int MOST_ROWS = 32;

    private MicroBatch() {}

    /** Rows of one forward and backward pass, from 1 to {@value #MOST_ROWS}. */
    public static int rows(UNet2DConfig network) {
        return (int) Math.max(1, Math.min(MOST_ROWS, BYTES_OF_A_WORKER / row(network)));
    }

    /** Bytes that are kept of so many rows for the backward pass. */
    public static long bytes(UNet2DConfig network) {
        return rows(network) * row(network);
    }

    private static long row(UNet2DConfig network) {
        long values = 0;
        int height = network.height();
        int width = network.width();
        for (int channels : network.blockOutChannels()) {
            values += (long) channels * height * width;
            height = (height + 1) / 2;
            width = (width + 1) / 2;
        }
        int blocks = 2 * network.layersPerBlock() + 1;
        return values * Float.BYTES * blocks * MAPS_A_BLOCK;
    }
}
