package io.saddle.primaltrainer.loop;

/**
 * A snapshot that is gone or damaged before its dual step was made, of a run that has a checkpoint of that step or an earlier one: from
 * there it is made again, as it was.
 */
final class LostSnapshotException extends Exception {

    private static final long serialVersionUID = 1;

    private final long step;

    /**
     * @param step primal steps done when it was made
     * @param trouble what is wrong with it, as a predicate: "is no longer in the artifact store"
     */
    LostSnapshotException(long step, String trouble) {
        super("the snapshot of step " + step + " " + trouble);
        this.step = step;
    }

    long step() {
        return step;
    }
}
