package io.saddle.primaltrainer.loop;

import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.ModelState;
import io.saddle.diffusion.training.PrimalTraining;
import io.saddle.model.MemoryEstimate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A training's state on its way to the disk: a copy, so that training goes on meanwhile; itself, where copies would be much of what a
 * run takes, and then training waits. Whoever gets a part of it closes it.
 */
final class WrittenState {

    private final PrimalTraining training;
    private final boolean copied;

    WrittenState(PrimalTraining training) {
        this.training = training;
        copied = MemoryEstimate.areCopied(training.size());
    }

    HostVector weights() throws NotFiniteException {
        return finite(copied ? training.weights() : training.viewOfWeights());
    }

    /** The average of the weights. */
    HostVector average() throws NotFiniteException {
        return finite(copied ? training.ema() : training.viewOfEma());
    }

    /** All of it, whatever it is. */
    ModelState unchecked() {
        return copied ? training.capture() : training.view();
    }

    /** All of it. */
    ModelState all() throws NotFiniteException {
        ModelState state = unchecked();
        if (!state.isFinite()) {
            state.close();
            throw new NotFiniteException(training.step());
        }
        return state;
    }

    private HostVector finite(HostVector values) throws NotFiniteException {
        if (!values.isFinite()) {
            values.close();
            throw new NotFiniteException(training.step());
        }
        return values;
    }

    /** Returns when training may go on: what is no copy may not change before it is written. */
    void await(CompletableFuture<Void> written) throws InterruptedException {
        if (copied) {
            return;
        }
        try {
            written.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException closed) {
                throw closed;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
