package io.saddle.cli.track;

import io.saddle.cli.terminal.CommandException;
import io.saddle.schema.RunStatus;
import java.util.List;

/**
 * The place where a run's curves are written. It knows how far they were written before, by this process or an earlier one. For one thread.
 *
 * @see TensorBoardTracker
 * @see MlflowTracker
 */
public interface Tracker extends AutoCloseable {

    /**
     * Writes those points that are not there yet. What was written survives this process.
     *
     * @param scalars those of each curve in the order of their positions
     * @return how many were written
     * @throws CommandException if they cannot be written and another try would not help
     */
    int write(List<Scalar> scalars);

    /** Says how the run ended, or that it has ended so after all. */
    void end(RunStatus status);

    /** The place, for people. */
    String place();

    @Override
    void close();
}
