package io.saddle.model;

import io.saddle.diffusion.data.ClassSelection;
import io.saddle.diffusion.data.DataSets;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.schema.ClassShare;
import io.saddle.schema.DataSelection;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Opens data selections; keeps the few that are in use, since evaluators ask for the same ones again and again. */
public final class SelectedData {

    private static final int KEPT = 32;

    private final BoundedCache<DataSelection, ImageDataSet> kept = new BoundedCache<>(KEPT);

    /**
     * The images of a selection: the same ones in the same order wherever it is opened.
     *
     * @throws IOException if a file is missing, cut off or not IDX
     * @throws IllegalArgumentException if a class does not exist, has too few images, or nothing is left
     */
    public synchronized ImageDataSet open(DataSelection selection) throws IOException {
        return kept.get(selection, SelectedData::read);
    }

    private static ImageDataSet read(DataSelection selection) throws IOException {
        ImageDataSet whole = DataSets.open(selection.getImages(), selection.getLabels());
        return classes(selection).from(whole, selection.getSeed());
    }

    private static ClassSelection classes(DataSelection selection) {
        Map<Integer, ClassSelection.Amount> amounts = new HashMap<>();
        for (ClassShare share : selection.getClasses()) {
            amounts.put(share.getLabel(), amount(share));
        }
        boolean others = amounts.isEmpty() || selection.getOtherClasses();
        return new ClassSelection(
                amounts, others ? new ClassSelection.Amount.All() : new ClassSelection.Amount.Count(0));
    }

    private static ClassSelection.Amount amount(ClassShare share) {
        if (share.getCount() != null) {
            return new ClassSelection.Amount.Count(share.getCount());
        }
        return share.getFraction() == null
                ? new ClassSelection.Amount.All()
                : new ClassSelection.Amount.Fraction(share.getFraction());
    }
}
