package io.saddle.diffusion.training;

import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.torch.Openings;

/**
 * A slot's state at the end of a round, on the host: what the round's merge is made of. All vectors have the network's flat layout and
 * are closed with the state.
 *
 * @param weights theta after the slot's steps
 * @param adamMean AdamW's mean of gradients
 * @param adamVariance AdamW's mean of squared gradients
 */
public record SlotState(HostVector weights, HostVector adamMean, HostVector adamVariance) implements AutoCloseable {
    public SlotState {
        long size = weights.size();
        if (adamMean.size() != size || adamVariance.size() != size) {
            throw new IllegalArgumentException("weights and moments must have one length, have " + size + ", "
                    + adamMean.size() + ", " + adamVariance.size());
        }
    }

    static SlotState zeros(long size) {
        try (Openings openings = new Openings()) {
            return openings.keep(new SlotState(
                    openings.add(HostVector.zeros(size)),
                    openings.add(HostVector.zeros(size)),
                    openings.add(HostVector.zeros(size))));
        }
    }

    /** True if training can go on from it. */
    public boolean isFinite() {
        return weights.isFinite() && adamMean.isFinite() && adamVariance.isFinite();
    }

    @Override
    public void close() {
        weights.close();
        adamMean.close();
        adamVariance.close();
    }
}
