package io.saddle.model.data;

import io.saddle.dataset.DataSetFolder;
import io.saddle.dataset.DataSetManifest;
import io.saddle.dataset.Element;
import io.saddle.dataset.MappedImages;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.files.Tensor;
import io.saddle.diffusion.files.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/** The images of prepared data sets, or their latents, as training and evaluation take them: mapped. */
public final class PreparedImages {

    private static final float[] SCALED = new float[256];

    static {
        for (int level = 0; level < SCALED.length; level++) {
            SCALED[level] = ImageDataSet.scaled((byte) level);
        }
    }

    /** Made when latents are first read. */
    private static final class Halves {
        private static final int PATTERNS = 1 << Short.SIZE;
        /** By bit pattern. */
        private static final float[] VALUES = values();

        private static float[] values() {
            ByteBuffer patterns = ByteBuffer.allocate(PATTERNS * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int pattern = 0; pattern < PATTERNS; pattern++) {
                patterns.putShort((short) pattern);
            }
            return new Tensor(TensorType.F16, new long[] {PATTERNS}, patterns.flip()).toFloats();
        }
    }

    /** What all images that are mapped have in common. */
    private interface Mapped extends ImageDataSet.Pixels {
        MappedImages images();

        @Override
        default boolean areOnDisk() {
            return true;
        }

        @Override
        default void load(int index) {
            images().load(index);
        }
    }

    private record Levels(MappedImages images) implements Mapped {
        @Override
        public void scaled(int index, float[] target, int offset) {
            images.read(index, target, offset, SCALED);
        }
    }

    /** @param size numbers in one image's latents, behind which standard deviations lie if they are drawn */
    private record Float16(MappedImages images, int size, boolean areDistributions) implements Mapped {
        @Override
        public void scaled(int index, float[] target, int offset) {
            images.readHalves(index, 0, size, target, offset, Halves.VALUES);
        }

        @Override
        public void draw(int index, float[] means, float[] noise, int offset) {
            images.addHalves(index, size, size, means, noise, offset, Halves.VALUES);
        }
    }

    /** As {@link Float16}. */
    private record Float32(MappedImages images, int size, boolean areDistributions) implements Mapped {
        @Override
        public void scaled(int index, float[] target, int offset) {
            images.readFloats(index, 0, size, target, offset);
        }

        @Override
        public void draw(int index, float[] means, float[] noise, int offset) {
            images.addFloats(index, size, size, means, noise, offset);
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
        return new ImageDataSet(
                mapped(set.images(), manifest),
                labels,
                classNames,
                manifest.channels(),
                manifest.height(),
                manifest.width());
    }

    private static ImageDataSet.Pixels mapped(MappedImages images, DataSetManifest manifest) {
        if (manifest.element() == Element.UINT8) {
            return new Levels(images);
        }
        int size = manifest.channels() * manifest.height() * manifest.width();
        boolean drawn = manifest.latents() != null && manifest.latents().drawn();
        return manifest.element() == Element.FLOAT16
                ? new Float16(images, size, drawn)
                : new Float32(images, size, drawn);
    }
}
