package io.saddle.primaltrainer.loop;

import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.ModelState;
import io.saddle.model.MemoryEstimate;
import io.saddle.primaltrainer.descent.Descent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A training's state on its way to the disk: a copy, so that training goes on meanwhile; itself, where copies would be much of what a
 * run takes, and then training waits. Whoever gets a part of it closes it.
 */
final class WrittenState {

    private final Descent descent;
    private final boolean copied;

    WrittenState(Descent descent) {
        this.descent = descent;
        copied = MemoryEstimate.areCopied(descent.size());
    }

    HostVector weights() throws NotFiniteException {
        return finite(copied ? descent.weights() : descent.viewOfWeights());
    }

    /** The average of the weights. */
    HostVector average() throws NotFiniteException {
        return finite(copied ? descent.ema() : descent.viewOfEma());
    }

    /** All of it, whatever it is. */
    ModelState unchecked() {
        return copied ? descent.capture() : descent.view();
    }

    /** All of it. */
    ModelState all() throws NotFiniteException {
        ModelState state = unchecked();
        if (!state.isFinite()) {
            state.close();
            throw new NotFiniteException(descent.step());
        }
        return state;
    }

    private HostVector finite(HostVector values) throws NotFiniteException {
        if (!values.isFinite()) {
            values.close();
            throw new NotFiniteException(descent.step());
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
