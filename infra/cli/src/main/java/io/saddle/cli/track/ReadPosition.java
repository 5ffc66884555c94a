package io.saddle.cli.track;

/**
 * The place of a point on its curve. Points of one curve are written in this order, so that the newest says how far it was written.
 *
 * @param step the primal step
 * @param millis the record's own time, milliseconds since 1970
 */
public record ReadPosition(long step, long millis) implements Comparable<ReadPosition> {

    static final ReadPosition BEFORE_ALL = new ReadPosition(-1, 0);

    /** This one where it comes after {@code other}, else the next after it: clocks of two machines may differ. */
    ReadPosition after(ReadPosition other) {
        return compareTo(other) > 0 ? this : new ReadPosition(other.step, other.millis + 1);
    }

    @Override
    public int compareTo(ReadPosition other) {
        int bySteps = Long.compare(step, other.step);
        return bySteps != 0 ? bySteps : Long.compare(millis, other.millis);
    }
}
