package io.saddle.primaltrainer.descent;

import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.ModelState;
import io.saddle.diffusion.training.StepReport;
import io.saddle.primaltrainer.multipliers.MultiplierVector;
import io.saddle.schema.ConstraintDefinition;
import java.io.IOException;
import java.util.List;

/** A run's state, and the way to the next one. Vectors and states that it hands out are closed by whoever gets them. One thread. */
public interface Descent extends AutoCloseable {

    /**
     * Takes up what the next step trains on beside the objective.
     *
     * @throws IOException if data or a teacher cannot be read
     */
    void trainOn(List<ConstraintDefinition> trained) throws IOException;

    /**
     * Goes on under these multipliers: by one step, or by as many as are taken together.
     *
     * @param staleSteps age of the oldest multiplier
     * @return what was done, step by step; of one that is not {@linkplain StepReport#finite() finite} that one alone, and the state is
     *     what it was before; empty if something else is wanted of the run before it was done, and the state is what it was
     * @throws IOException if the files of others cannot be read
     */
    List<StepReport> advance(MultiplierVector vector, long staleSteps) throws IOException, InterruptedException;

    /** True if nothing can go on from here before a checkpoint of it is kept. */
    boolean needsCheckpoints();

    /** A checkpoint of the present state was appended to the journal: what was only needed to get here may go after it. */
    void checkpointed() throws InterruptedException;

    /** The run has ended for good, and its last checkpoint was appended. */
    void ended() throws InterruptedException;

    /** Number of finished steps. */
    long step();

    /** Number of the network's weights. */
    long size();

    /** The number format inside the network. */
    Precision precision();

    /** A copy of the current weights. */
    HostVector weights();

    /** The current weights themselves where that saves a copy: valid until the next step. */
    HostVector viewOfWeights();

    /** A copy of the average of the weights. */
    HostVector ema();

    /** As {@link #viewOfWeights}, the average. */
    HostVector viewOfEma();

    /** A copy of the whole state. */
    ModelState capture();

    /** The state itself where that saves a copy: valid until the next step. */
    ModelState view();

    /** True if training can go on from the state. */
    boolean isFinite();

    @Override
    void close();
}
