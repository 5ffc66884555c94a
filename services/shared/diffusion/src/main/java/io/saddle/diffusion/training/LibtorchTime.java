package io.saddle.diffusion.training;

/** Adds up the wall time that one thread spends inside libtorch: two readings of the clock a call, nothing else. */
final class LibtorchTime {
    private long nanos;
    private long entered;

    void enter() {
        entered = System.nanoTime();
    }

    void leave() {
        nanos += System.nanoTime() - entered;
    }

    /** Begins a new sum, at {@code already}. */
    void restart(long already) {
        nanos = already;
    }

    long nanos() {
        return nanos;
    }
}
