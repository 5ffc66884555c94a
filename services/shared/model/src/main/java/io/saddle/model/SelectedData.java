package io.saddle.model;

import io.saddle.diffusion.data.ClassSelection;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.model.data.ImageSets;
import io.saddle.schema.ClassShare;
import io.saddle.schema.DataSelection;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Opens data selections; keeps the few that are in use, since evaluators ask for the same ones again and again. Those of the same
 * files share their images.
 */
public final class SelectedData {

    private static final int KEPT = 32;
    private static final int KEPT_WHOLE = 2;

    /** Images and labels, by address. */
    private record Files(String images, String labels) {}

    /** Opens whole data sets. */
    @FunctionalInterface
    interface Reader {
        ImageDataSet open(String images, String labels) throws IOException;
    }

    private final Reader reader;
    private final BoundedCache<DataSelection, ImageDataSet> kept = new BoundedCache<>(KEPT);
    private final BoundedCache<Files, ImageDataSet> whole = new BoundedCache<>(KEPT_WHOLE);

    /** Of files alone; data sets of a store are refused. */
    public SelectedData() {
        this(ImageSets.withoutStore());
    }

    public SelectedData(ImageSets sets) {
        this(sets::open);
    }

    SelectedData(Reader reader) {
        this.reader = reader;
    }

    /**
     * The images of a selection: the same ones in the same order wherever it is opened.
     *
     * @throws IOException if a file is missing, cut off or not IDX
     * @throws IllegalArgumentException if a class does not exist, has too few images, or nothing is left
     */
    public synchronized ImageDataSet open(DataSelection selection) throws IOException {
        return kept.get(selection, this::read);
    }

    private ImageDataSet read(DataSelection selection) throws IOException {
        Files files = new Files(selection.getImages(), selection.getLabels());
        ImageDataSet images = whole.get(files, address -> reader.open(address.images(), address.labels()));
        return classes(selection).from(images, selection.getSeed());
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
