package io.saddle.model;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.data.DataSets;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.model.data.ImageSets;
import io.saddle.schema.ClassShare;
import io.saddle.schema.DataSelection;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelectedDataTest {

    private final AtomicInteger reads = new AtomicInteger();
    private final SelectedData data = new SelectedData(ImageSets.withoutStore(), (images, labels) -> {
        reads.incrementAndGet();
        return DataSets.open(images, labels);
    });

    private static DataSelection selection(long seed) {
        return DataSelection.newBuilder()
                .setImages(DataSets.BUNDLED_MNIST)
                .setLabels(DataSets.BUNDLED_MNIST)
                .setClasses(List.of(ClassShare.newBuilder()
                        .setLabel(4)
                        .setCount(20)
                        .setFraction(null)
                        .build()))
                .setOtherClasses(false)
                .setSeed(seed)
                .build();
    }

    /** Each held images of its own before, 8 MB of digits or 55 MB of all of MNIST. */
    @Test
    void selectionsOfOneFileShareItsImages() throws IOException {
        for (int seed = 0; seed < 50; seed++) {
            assertEquals(20, data.open(selection(seed)).count());
        }
        assertEquals(1, reads.get());
    }

    @Test
    void aSelectionIsOpenedOnceAndAnotherSeedDrawsOthers() throws IOException {
        ImageDataSet first = data.open(selection(1));
        assertSame(first, data.open(selection(1)));
        assertFalse(Arrays.equals(pixels(first), pixels(data.open(selection(2)))));
    }

    /** Images of a class 4, on the heap or not; each data set has other ones. */
    private record Images(boolean areOnDisk) implements ImageDataSet.Pixels {
        @Override
        public void scaled(int index, float[] target, int offset) {
            target[offset] = index;
        }
    }

    private static final int BYTES = 64;

    private final List<WeakReference<Images>> opened = new ArrayList<>();

    /** Asks for 20 of the images of several files by turns, each time for others. */
    private SelectedData openByTurns(int files, boolean onDisk) throws IOException {
        SelectedData.Reader reader = (images, labels) -> {
            Images pixels = new Images(onDisk);
            opened.add(new WeakReference<>(pixels));
            int[] fours = new int[BYTES];
            Arrays.fill(fours, 4);
            return new ImageDataSet(pixels, fours, Map.of(), 1, 1, 1);
        };
        SelectedData selected = new SelectedData(ImageSets.withoutStore(), reader, 2 * BYTES);
        for (int seed = 0; seed < 5; seed++) {
            for (int file = 0; file < files; file++) {
                DataSelection wanted = DataSelection.newBuilder(selection(seed))
                        .setImages("file" + file)
                        .build();
                assertEquals(20, selected.open(wanted).count());
            }
        }
        return selected;
    }

    /** A selection kept its file's images when others had taken the file's place: an evaluator of 19 constraints ran out of memory. */
    @Test
    void howeverManySelectionsThereAreAsManyFilesAreInMemoryAsMayBe() throws IOException {
        for (int files : List.of(3, 10)) {
            SelectedData selected = openByTurns(files, false);
            await().until(() -> {
                System.gc();
                return opened.stream().filter(images -> images.get() != null).count() <= 2;
            });
            assertSame(selected.open(selection(1)), selected.open(selection(1)));
        }
    }

    @Test
    void imagesThatTakeNoMemoryAreOpenedOnce() throws IOException {
        openByTurns(5, true);
        assertEquals(5, opened.size());
    }

    private static void write(Path file, int... digits) throws IOException {
        ByteBuffer idx = ByteBuffer.allocate(16 + digits.length);
        idx.putInt(0x803).putInt(digits.length).putInt(1).putInt(1);
        for (int digit : digits) {
            idx.put((byte) digit);
        }
        Files.write(file, idx.array());
    }

    private static void label(Path file, int... labels) throws IOException {
        ByteBuffer idx = ByteBuffer.allocate(8 + labels.length);
        idx.putInt(0x801).putInt(labels.length);
        for (int label : labels) {
            idx.put((byte) label);
        }
        Files.write(file, idx.array());
    }

    /** In the middle of a run its data would be others; who only compares with them wants to see what lies there. */
    @Test
    void filesThatAreWrittenAnewAreReadAnewWhereThatIsWanted(@TempDir Path folder) throws IOException {
        Path images = folder.resolve("images");
        Path labels = folder.resolve("labels");
        write(images, 1, 2, 3);
        label(labels, 0, 1, 1);
        DataSelection all = DataSelection.newBuilder(selection(1))
                .setImages(images.toString())
                .setLabels(labels.toString())
                .setClasses(List.of())
                .build();
        SelectedData kept = new SelectedData();
        SelectedData following = SelectedData.readAnewWhereChanged(ImageSets.withoutStore());
        ImageDataSet first = following.open(all);
        assertSame(first, following.open(all));
        kept.open(all);

        write(images, 4, 5);
        label(labels, 0, 1);

        assertEquals(3, kept.open(all).count());
        assertEquals(2, following.open(all).count());
        assertEquals(2, following.whole(all).count());
        Files.delete(images);
        assertEquals(2, following.open(all).count(), "gone, but what was read of it is good");
    }

    /** In a process that lived on, the next run was trained on what had lain there for the one before, and nobody said so. */
    @Test
    void filesThatAreWrittenAnewAreReadForTheNextRunAndRefusedToTheOneBefore(@TempDir Path folder) throws IOException {
        Path images = folder.resolve("images");
        Path labels = folder.resolve("labels");
        write(images, 1, 2, 3);
        label(labels, 0, 1, 1);
        ImageSets sets = ImageSets.withoutStore();
        DataSelection before = submitted(images, labels, sets);
        SelectedData kept = new SelectedData(sets);
        ImageDataSet first = kept.open(before);

        write(images, 4, 5, 6);
        DataSelection after = submitted(images, labels, sets);
        assertEquals(first.count(), kept.open(after).count());
        assertEquals(4, pixel(kept.open(after)));
        assertEquals(1, pixel(kept.open(before)), "a run goes on with what it began with");

        IOException refused = assertThrows(IOException.class, () -> new SelectedData(sets).open(before));
        assertTrue(
                refused.getMessage()
                        .startsWith(images + " and " + labels + " are not the files of the specification: "),
                refused.getMessage());
        SelectedData following = SelectedData.readAnewWhereChanged(sets);
        assertEquals(4, pixel(following.open(after)));
        assertThrows(IOException.class, () -> following.open(before));
    }

    private static long pixel(ImageDataSet images) {
        float[] scaled = new float[images.imageSize()];
        images.scaled(0, scaled, 0);
        return Math.round((scaled[0] + 1) * 127.5);
    }

    private static DataSelection submitted(Path images, Path labels, ImageSets sets) {
        String sha256 = sets.sha256(images.toString(), labels.toString()).orElseThrow();
        return DataSelection.newBuilder(selection(1))
                .setImages(images.toString())
                .setLabels(labels.toString())
                .setClasses(List.of())
                .setSha256(sha256)
                .build();
    }

    /** As they were before data sets had columns: a run that goes on after an upgrade sees the same images in the same order. */
    @Test
    void selectionsByClassAreWhatTheyAlwaysWere() throws IOException {
        ImageDataSet images = new SelectedData()
                .open(DataSelection.newBuilder(selection(7))
                        .setOtherClasses(true)
                        .build());
        CRC32 digest = new CRC32();
        ByteBuffer values = ByteBuffer.allocate(Float.BYTES * images.imageSize() + Integer.BYTES);
        for (int i = 0; i < images.count(); i++) {
            float[] image = new float[images.imageSize()];
            images.scaled(i, image, 0);
            values.clear();
            values.asFloatBuffer().put(image);
            values.putInt(Float.BYTES * images.imageSize(), images.label(i));
            digest.update(values.array());
        }
        assertEquals(9_040, images.count());
        assertEquals(3_048_987_361L, digest.getValue());
    }

    private static float[] pixels(ImageDataSet images) {
        float[] pixels = new float[images.imageSize() * images.count()];
        for (int i = 0; i < images.count(); i++) {
            images.scaled(i, pixels, i * images.imageSize());
        }
        return pixels;
    }
}
