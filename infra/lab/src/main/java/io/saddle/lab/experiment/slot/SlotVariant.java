package io.saddle.lab.experiment.slot;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A way to train on the same number of images.
 *
 * @param slots S; 1 is a run without slots
 * @param localSteps H: steps of each slot between two merges
 * @param batch rows of a step
 * @param outer the outer step
 * @param keepsMoments whether each slot goes on with its own AdamW moments, in place of their mean
 */
record SlotVariant(int slots, int localSteps, int batch, OuterStep outer, boolean keepsMoments) {

    private static final List<Integer> SLOTS = List.of(2, 4, 8);
    private static final List<Integer> LOCAL_STEPS = List.of(5, 20, 100);
    /** Of DiLoCo, found for some hundred local steps; and a weaker one. */
    private static final List<OuterStep> OUTER = List.of(new OuterStep(0.7, 0.9), new OuterStep(1, 0.5));

    private static final int VARIED_SLOTS = 4;

    /**
     * All that are compared: one slot, one with batches as large as all slots' together, slots merged after few and many steps, and other
     * merges of four slots.
     *
     * @param batch rows of a slot's step
     */
    static List<SlotVariant> all(int batch) {
        List<SlotVariant> all = new ArrayList<>();
        int some = LOCAL_STEPS.get(1);
        all.add(plain(1, some, batch));
        SLOTS.forEach(slots -> all.add(plain(1, some, slots * batch)));
        SLOTS.forEach(slots -> LOCAL_STEPS.forEach(steps -> all.add(plain(slots, steps, batch))));
        for (int steps : LOCAL_STEPS.subList(1, LOCAL_STEPS.size())) {
            OUTER.forEach(outer -> all.add(new SlotVariant(VARIED_SLOTS, steps, batch, outer, false)));
            all.add(new SlotVariant(VARIED_SLOTS, steps, batch, OuterStep.MEAN, true));
        }
        return all;
    }

    /**
     * Those that are wanted, in the order of {@link #all}.
     *
     * @param texts each the name of one or, where no name is that, a part of names; none: all are wanted
     * @throws CommandException if there is none for a text
     */
    static List<SlotVariant> of(int batch, List<String> texts) {
        List<SlotVariant> all = all(batch);
        Set<SlotVariant> wanted = new HashSet<>(texts.isEmpty() ? all : List.of());
        for (String text : texts) {
            List<SlotVariant> named = all.stream()
                    .filter(variant -> variant.name(batch).equals(text))
                    .toList();
            List<SlotVariant> meant = named.isEmpty()
                    ? all.stream()
                            .filter(variant -> variant.name(batch).contains(text))
                            .toList()
                    : named;
            if (meant.isEmpty()) {
                throw new CommandException(
                        ExitCode.INVALID_INPUT,
                        "--only: no name contains '" + text + "'; there are "
                                + all.stream()
                                        .map(variant -> "'" + variant.name(batch) + "'")
                                        .toList());
            }
            wanted.addAll(meant);
        }
        return all.stream().filter(wanted::contains).toList();
    }

    private static SlotVariant plain(int slots, int steps, int batch) {
        return new SlotVariant(slots, steps, batch, OuterStep.MEAN, false);
    }

    /** For people, and unique among those of one batch. */
    String name(int usualBatch) {
        if (slots == 1) {
            return batch == usualBatch ? "1 slot" : "1 slot, batch x " + batch / usualBatch;
        }
        String name = slots + " slots, H = " + localSteps;
        if (!outer.equals(OuterStep.MEAN)) {
            name += ", outer " + outer.learningRate() + " / " + outer.momentum();
        }
        return keepsMoments ? name + ", moments kept" : name;
    }

    /** Steps of each slot for so many images. */
    int steps(int images) {
        return images / (slots * batch);
    }

    /** Images that all slots see from one merge to the next; of a run without slots, in a step. */
    int imagesOfRound() {
        return slots * batch * (slots == 1 ? 1 : localSteps);
    }
}
