package io.saddle.diffusion.torch;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;

/**
 * Tells glibc's malloc to keep freed memory. Without this every step gives the memory of its tensors back to the kernel and
 * faults it in again, a tenth of the time of a training step. Only threads started afterwards profit.
 */
final class Allocator {
    private static final int M_TRIM_THRESHOLD = -1;
    private static final int M_TOP_PAD = -2;
    private static final int M_MMAP_MAX = -4;
    private static final int M_ARENA_MAX = -8;
    private static final int TOP_PAD_BYTES = 64 << 20;

    private Allocator() {}

    /** Returns false where there is no glibc; everything works there too, only slower. */
    static boolean keepFreedMemory() {
        if (!Platform.isLinux()) {
            return false;
        }
        try {
            Function mallopt = NativeLibrary.getInstance("c").getFunction("mallopt");
            return set(mallopt, M_ARENA_MAX, 1)
                    & set(mallopt, M_MMAP_MAX, 0)
                    & set(mallopt, M_TRIM_THRESHOLD, Integer.MAX_VALUE)
                    & set(mallopt, M_TOP_PAD, TOP_PAD_BYTES);
        } catch (UnsatisfiedLinkError e) {
            return false; // musl has no mallopt
        }
    }

    private static boolean set(Function mallopt, int parameter, int value) {
        return mallopt.invokeInt(new Object[] {parameter, value}) == 1;
    }
}
