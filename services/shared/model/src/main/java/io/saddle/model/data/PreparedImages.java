package io.saddle.model.data;

import io.saddle.dataset.Column;
import io.saddle.dataset.DataSetFolder;
import io.saddle.dataset.DataSetManifest;
import io.saddle.dataset.MappedImages;
import io.saddle.diffusion.data.ImageDataSet;
import java.io.IOException;
import java.nio.IntBuffer;

/** The images of prepared data sets as training and evaluation take them: mapped, with the values of one column as labels. */
public final class PreparedImages {

    private static final float[] SCALED = new float[256];

    static {
        for (int level = 0; level < SCALED.length; level++) {
            SCALED[level] = ImageDataSet.scaled((byte) level);
        }
    }

    private PreparedImages() {}

    /**
     * Opens images without reading any.
     *
     * @param column one whose values are listed, and which every image has one in
     * @param labels of each of its values the label
     * @throws IOException if the data set is damaged
     * @throws IllegalArgumentException for a column of measures
     */
    public static ImageDataSet of(DataSetFolder set, Column column, int[] labels) throws IOException {
        DataSetManifest manifest = set.manifest();
        MappedImages images = set.images();
        int[] ofImages = new int[Math.toIntExact(manifest.images())];
        IntBuffer values = set.values(column);
        for (int i = 0; i < ofImages.length; i++) {
            ofImages[i] = labels[values.get(i)];
        }
        return new ImageDataSet(
                (index, target, offset) -> images.read(index, target, offset, SCALED),
                ofImages,
                manifest.channels(),
                manifest.height(),
                manifest.width());
    }
}
