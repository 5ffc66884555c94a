package io.saddle.diffusion.training;

import io.saddle.diffusion.network.UNet2DConfig;

/**
 * The number of rows that a worker puts through a network together. More fill the processor better, fewer take less memory: what
 * autograd keeps of a row was measured as about 160 maps of the first level's size for each layer of a block, whatever the
 * network's width is.
 */
public final class MicroBatch {

    private static final long BYTES_OF_A_WORKER = 768L << 20;
    private static final long MAPS_A_LAYER = 160;
    private static final int MOST_ROWS = 32;

    private MicroBatch() {}

    /** Rows of one forward and backward pass, from 1 to {@value #MOST_ROWS}. */
    public static int rows(UNet2DConfig network) {
        return (int) Math.max(1, Math.min(MOST_ROWS, BYTES_OF_A_WORKER / row(network)));
    }

    /** Bytes that autograd keeps of so many rows. */
    public static long bytes(UNet2DConfig network) {
        return rows(network) * row(network);
    }

    private static long row(UNet2DConfig network) {
        long map = (long) network.blockOutChannels().get(0) * network.height() * network.width() * Float.BYTES;
        return map * MAPS_A_LAYER * network.layersPerBlock();
    }
}
