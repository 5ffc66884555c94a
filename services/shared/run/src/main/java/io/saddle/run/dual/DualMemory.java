package io.saddle.run.dual;

/**
 * The memory that a {@link DualOptimizer} has of one multiplier.
 *
 * @param steps dual steps made so far
 * @param first nuPI's xi, or Adam's first moment
 * @param second Adam's second moment
 */
public record DualMemory(long steps, double first, double second) {

    public static final DualMemory NONE = new DualMemory(0, 0, 0);

    DualMemory next(double nextFirst, double nextSecond) {
        return new DualMemory(steps + 1, nextFirst, nextSecond);
    }
}
