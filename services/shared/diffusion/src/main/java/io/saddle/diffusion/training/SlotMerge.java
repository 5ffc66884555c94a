package io.saddle.diffusion.training;

import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.torch.Openings;

/**
 * The merge of a round of local steps (Stich 2019, "Local SGD Converges Fast and Communicates Little"; Douillard and others 2023,
 * "DiLoCo"): weights and AdamW's moments are the means over the slots, summed in fp32 in the order in which they are added, so that the
 * same slots give the same bits whoever computed them and whenever they came. The moving average sees merged weights only: over a round
 * of H steps it goes 1 - prod_k decay_k of the way to them.
 *
 * <p>Takes as much memory as one slot's state, and is done slot by slot. Not thread-safe.
 */
public final class SlotMerge implements AutoCloseable {
    private final FlatOps ops;
    private final SlotState sum;
    private int slots;

    /** @param size number of the network's weights */
    public SlotMerge(long size) {
        try (Openings openings = new Openings()) {
            ops = openings.add(new FlatOps());
            sum = openings.add(SlotState.zeros(size));
            openings.keep(this);
        }
    }

    /**
     * Adds the next slot's state, which is left as it is.
     *
     * @throws IllegalArgumentException if it is another network's
     */
    public void add(SlotState slot) {
        if (slot.weights().size() != sum.weights().size()) {
            throw new IllegalArgumentException(
                    "the network has " + sum.weights().size() + " weights, slot " + slots + " has "
                            + slot.weights().size());
        }
        sum.weights().array().addi(slot.weights().array());
        sum.adamMean().array().addi(slot.adamMean().array());
        sum.adamVariance().array().addi(slot.adamVariance().array());
        slots++;
    }

    /**
     * The state after the round.
     *
     * @param base what every slot began with; left as it is
     * @param steps that each slot did
     */
    public ModelState merged(ModelState base, long steps, Averaging averaging) {
        try (Openings openings = new Openings()) {
            HostVector weights = openings.add(mean(sum.weights()));
            HostVector adamMean = openings.add(mean(sum.adamMean()));
            HostVector adamVariance = openings.add(mean(sum.adamVariance()));
            HostVector ema = openings.add(base.ema().copy());
            ops.moveTowards(
                    ema.array(), weights.array(), 1 - averaging.decayOver(base.step() + base.stepsBefore(), steps));
            return openings.keep(
                    new ModelState(weights, adamMean, adamVariance, ema, base.step() + steps, base.stepsBefore()));
        }
    }

    private HostVector mean(HostVector total) {
        HostVector mean = total.copy();
        mean.array().divi(slots);
        return mean;
    }

    @Override
    public void close() {
        sum.close();
        ops.close();
    }
}
