package io.saddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.data.ImageDataSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainedClassifiersTest {

    private static final String IMAGES = "half-white";
    private static final ImageFiles FILES = new ImageFiles(IMAGES, IMAGES, null);
    private static final int COUNT = 20;
    private static final int SIDE = 8;

    @TempDir
    Path folder;

    /** Black images and white ones. */
    private static ImageDataSet halfWhite() {
        byte[] pixels = new byte[COUNT * SIDE * SIDE];
        Arrays.fill(pixels, pixels.length / 2, pixels.length, (byte) 255);
        int[] labels = new int[COUNT];
        Arrays.fill(labels, COUNT / 2, COUNT, 1);
        return new ImageDataSet(pixels, labels, 1, SIDE, SIDE);
    }

    private Path kept() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findFirst().orElseThrow();
        }
    }

    /** Trained anew unasked it might be another one, which what was judged before does not compare with. */
    @Test
    void shouldNameAKeptClassifierThatIsDamagedWithTheRemedy() throws IOException {
        TrainedClassifiers classifiers = new TrainedClassifiers(folder, line -> {});
        classifiers.of(FILES, halfWhite()).close();
        Files.writeString(kept().resolve("classifier.json"), "");

        IOException damaged = assertThrows(IOException.class, () -> classifiers.of(FILES, halfWhite()));

        assertEquals(
                "the small classifier in " + kept() + " cannot be read; if it is damaged, delete that folder:"
                        + " it is trained anew",
                damaged.getMessage());
    }

    /** Another data set's name with the same CRC-32 had its own images judge this one. */
    @Test
    void shouldKeepADataSetsClassifierByWhatNobodyCanChoose() throws IOException {
        TrainedClassifiers classifiers = new TrainedClassifiers(folder, line -> {});
        classifiers.of(FILES, halfWhite()).close();
        assertTrue(kept().getFileName().toString().matches("small-cnn-[0-9a-f]{64}-seed-1"), kept()::toString);
    }

    /** Of other images at the same place, as many of each class, it judged what it had never seen. */
    @Test
    void shouldTrainAnotherOneWhereFilesHoldSomethingElseAndNotWhereTheyLieElsewhere() throws IOException {
        List<String> said = new ArrayList<>();
        TrainedClassifiers classifiers = new TrainedClassifiers(folder, said::add);
        classifiers.of(FILES, halfWhite()).close();
        int each = said.size();
        classifiers.of(new ImageFiles(IMAGES, IMAGES, "ab"), halfWhite()).close();
        assertEquals(2 * each, said.size(), "nobody knows what the first one was trained on");
        classifiers.of(new ImageFiles(IMAGES, IMAGES, "cd"), halfWhite()).close();
        assertEquals(3 * each, said.size());
        classifiers
                .of(new ImageFiles("elsewhere", "elsewhere", "ab"), halfWhite())
                .close();
        assertEquals(3 * each, said.size());
        classifiers
                .ofRotations(new ImageFiles(IMAGES, IMAGES, "ab"), halfWhite())
                .close();
        assertEquals(4 * each, said.size());
        classifiers
                .ofRotations(new ImageFiles(IMAGES, IMAGES, "cd"), halfWhite())
                .close();
        assertEquals(5 * each, said.size());
        classifiers
                .ofRotations(new ImageFiles("elsewhere", "elsewhere", "cd"), halfWhite())
                .close();
        assertEquals(5 * each, said.size());
    }

    /** Trained anew it might be another one. */
    @Test
    void shouldReadWhatAnEarlierReleaseKept() throws IOException {
        List<String> said = new ArrayList<>();
        TrainedClassifiers classifiers = new TrainedClassifiers(folder, said::add);
        classifiers.of(FILES, halfWhite()).close();
        int trained = said.size();
        String id = IMAGES + "|" + IMAGES + "|" + halfWhite().classCounts();
        Files.move(kept(), folder.resolve(TrainedClassifiers.earlierName(id)));
        classifiers.of(FILES, halfWhite()).close();
        assertEquals(trained, said.size());
    }
}
