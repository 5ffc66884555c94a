package io.saddle.diffusion.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.data.ClassSelection;
import io.saddle.diffusion.data.ClassSelection.Amount;
import io.saddle.diffusion.data.DataSets;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.network.ConvClassifier;
import io.saddle.diffusion.sampling.ImageBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigitClassifierTest {
    @TempDir
    Path folder;

    private static ImageDataSet threeDigits(int each) throws IOException {
        return ClassSelection.only()
                .with(1, new Amount.Count(each))
                .with(4, new Amount.Count(each))
                .with(7, new Amount.Count(each))
                .from(DataSets.open(DataSets.BUNDLED_MNIST, null), 1);
    }

    private static ImageBatch images(ImageDataSet data, int count) {
        float[] pixels = new float[count * data.imageSize()];
        for (int i = 0; i < count; i++) {
            data.scaled(i, pixels, i * data.imageSize());
        }
        return new ImageBatch(pixels, count, data.channels(), data.height(), data.width());
    }

    @Test
    void shouldLearnDigitsAndKeepTheirLabels() throws IOException {
        ImageDataSet data = threeDigits(300);
        try (DigitClassifier classifier = ClassifierTraining.DEFAULT.train(data, 5)) {
            assertEquals(List.of(1, 4, 7), classifier.description().classes());
            assertEquals(90, classifier.description().heldOutImages());
            assertTrue(
                    classifier.description().heldOutAccuracy() > 0.93,
                    () -> "accuracy " + classifier.description().heldOutAccuracy());
            assertTrue(ClassifierTraining.accuracy(classifier, data) > 0.95);
        }
    }

    @Test
    void shouldBeTheSameAfterSavingAndForTheSameSeed() throws IOException {
        ImageDataSet data = threeDigits(40);
        ImageBatch images = images(data, 70);
        try (DigitClassifier first = ClassifierTraining.DEFAULT.train(data, 5);
                DigitClassifier again = ClassifierTraining.DEFAULT.train(data, 5);
                DigitClassifier other = ClassifierTraining.DEFAULT.train(data, 6)) {
            first.save(folder);
            float[] features = first.features(images);
            assertEquals(70 * ConvClassifier.FEATURES, features.length);
            assertArrayEquals(features, again.features(images));
            assertFalse(java.util.Arrays.equals(features, other.features(images)));
            String name = new ClassifierFeatures(first, "digits").name();
            assertTrue(name.matches("small-cnn \\(64 features, sha256 [0-9a-f]{12}\\.\\.\\., .*"), name);
            assertEquals(name, new ClassifierFeatures(again, "digits").name());
            assertNotEquals(first.shownSha256(), other.shownSha256(), "it gives other features, and says so");
            try (DigitClassifier loaded = DigitClassifier.load(folder)) {
                assertEquals(first.description(), loaded.description());
                assertArrayEquals(features, loaded.features(images));
                assertArrayEquals(first.classify(images), loaded.classify(images));
            }
        }
    }
}
