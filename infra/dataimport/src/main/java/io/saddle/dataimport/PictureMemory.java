package io.saddle.dataimport;

import java.util.concurrent.Semaphore;

/** Memory for pictures while they are decoded, of all threads together: how many fit depends on their size, not on the number of cores. */
final class PictureMemory {

    /** As a reader has a pixel (4), as levels (3), and once more while they are turned upright or fitted (3). */
    private static final int BYTES_A_PIXEL = 10;

    private static final int MEBIBYTE = 1 << 20;

    private final int most;
    /** Fair: a large picture is not passed by small ones for ever. */
    private final Semaphore free;

    /** @param bytes that there are */
    PictureMemory(long bytes) {
        most = (int) Math.min(Integer.MAX_VALUE, Math.max(1, bytes / MEBIBYTE));
        free = new Semaphore(most, true);
    }

    /** Half the heap: the other half is for what is decoded already, and for everybody else. */
    static PictureMemory ofThisProcess() {
        return new PictureMemory(Runtime.getRuntime().maxMemory() / 2);
    }

    /** What one thread has of it, nothing at first. */
    final class Claim implements AutoCloseable {
        private int taken;

        /** Waits for memory for a picture, in place of what this claim has; a picture that is too large for all of it has it alone. */
        void take(long pixels) {
            int wanted = (int) Math.min(most, (pixels * BYTES_A_PIXEL + MEBIBYTE - 1) / MEBIBYTE);
            if (wanted > taken) {
                free.release(taken);
                taken = 0;
                free.acquireUninterruptibly(wanted);
                taken = wanted;
            }
        }

        @Override
        public void close() {
            free.release(taken);
            taken = 0;
        }
    }

    Claim claim() {
        return new Claim();
    }
}
