package io.saddle.model.data;

import io.saddle.dataset.DataSetFolder;
import io.saddle.dataset.DataSetManifest;
import io.saddle.dataset.MappedImages;
import io.saddle.diffusion.data.ImageDataSet;
import java.io.IOException;
import java.util.Map;

/** The images of prepared data sets as training and evaluation take them: mapped. */
public final class PreparedImages {

    private static final float[] SCALED = new float[256];

    static {
        for (int level = 0; level < SCALED.length; level++) {
            SCALED[level] = ImageDataSet.scaled((byte) level);
        }
    }

    private record Mapped(MappedImages images) implements ImageDataSet.Pixels {
        @Override
        public void scaled(int index, float[] target, int offset) {
            images.read(index, target, offset, SCALED);
        }

        @Override
        public boolean areOnDisk() {
            return true;
        }

        @Override
        public void load(int index) {
            images.load(index);
        }
    }

    private PreparedImages() {}

    /**
     * Opens images without reading any.
     *
     * @param labels of each image, or {@link ImageDataSet#NO_CLASS}
     * @param classNames by label what a class is called
     * @throws IOException if the data set is damaged
     */
    public static ImageDataSet of(DataSetFolder set, int[] labels, Map<Integer, String> classNames) throws IOException {
        DataSetManifest manifest = set.manifest();
        MappedImages images = set.images();
        return new ImageDataSet(
                new Mapped(images), labels, classNames, manifest.channels(), manifest.height(), manifest.width());
    }
}
