package io.saddle.track;

/**
 * Where a point lies on its curve. Points of one curve are written in this order, so that the newest says how far it was written.
 *
 * @param step the primal step
 * @param millis the record's own time, milliseconds since 1970
 */
public record Position(long step, long millis) implements Comparable<Position> {

    static final Position BEFORE_ALL = new Position(-1, 0);

    /** This one where it comes after {@code other}, else the next after it: clocks of two machines may differ. */
    Position after(Position other) {
        return compareTo(other) > 0 ? this : new Position(other.step, other.millis + 1);
    }

    @Override
    public int compareTo(Position other) {
        int bySteps = Long.compare(step, other.step);
        return bySteps != 0 ? bySteps : Long.compare(millis, other.millis);
    }
}
