package io.saddle.diffusion.evaluation;

import static io.saddle.diffusion.evaluation.InceptionFixtures.file;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.sampling.ImageBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a small module with the signature, the resampling and the kinds of layers of the real one. */
class InceptionFeaturesTest {
    @TempDir
    Path folder;

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    @Test
    void shouldGiveTheFeaturesThatCleanFidComputes() throws IOException {
        try (InceptionFeatures inception = InceptionFeatures.open(file("stand-in.pt"), null, 2)) {
            assertEquals(24, inception.dimensions());
            for (JsonNode fixture : InceptionFixtures.json("features.json")) {
                ImageBatch images = InceptionFixtures.pattern(
                        11,
                        fixture.get("channels").asInt(),
                        fixture.get("height").asInt(),
                        fixture.get("width").asInt());
                float[] features = inception.features(images);
                assertEquals(11 * 24, features.length);
                for (int i = 0; i < features.length; i++) {
                    assertEquals(fixture.get("features").get(i % 24).asDouble(), features[i], 2e-6);
                }
            }
        }
    }

    @Test
    void shouldNotDependOnTheNumberOfWorkers() throws IOException {
        ImageBatch images = InceptionFixtures.pattern(20, 1, 28, 28);
        images.pixels()[17 * 784 + 300] += 0.5f;
        try (InceptionFeatures one = InceptionFeatures.open(file("stand-in.pt"), null, 1);
                InceptionFeatures three = InceptionFeatures.open(file("stand-in.pt"), null, 3)) {
            assertArrayEquals(one.features(images), three.features(images));
        }
    }

    @Test
    void shouldTakeOnlyTheFileThatIsExpected() throws Exception {
        Path module = file("stand-in.pt");
        String right = sha256(module);
        try (InceptionFeatures inception = InceptionFeatures.open(module, right.toUpperCase(Locale.ROOT), 1)) {
            assertEquals(
                    "inception-v3 (24 features of stand-in.pt, sha256 " + right.substring(0, 12)
                            + "..., clean resize, clipped)",
                    inception.name());
        }
        String wrong = right.replace(right.charAt(0), right.charAt(0) == '0' ? '1' : '0');
        IOException refused = assertThrows(IOException.class, () -> InceptionFeatures.open(module, wrong, 1));
        assertTrue(
                refused.getMessage().contains("its sha256 is " + right + ", expected " + wrong), refused.getMessage());
        Path none = folder.resolve("none.pt");
        assertTrue(assertThrows(IOException.class, () -> InceptionFeatures.open(none, null, 1))
                .getMessage()
                .contains("none.pt: no such file; expected a TorchScript module"));
    }

    @Test
    void shouldSayWhatIsWrongWithAnotherModule() throws IOException {
        Path text = Files.writeString(folder.resolve("text.pt"), "no module");
        String notLoaded = assertThrows(IOException.class, () -> InceptionFeatures.open(text, null, 1))
                .getMessage();
        assertTrue(notLoaded.contains("text.pt: libtorch cannot load it: "), notLoaded);
        assertTrue(notLoaded.contains("like inception-2015-12-05.pt"), notLoaded);
        Path signature = file("other-signature.pt");
        String notCalled = assertThrows(IOException.class, () -> InceptionFeatures.open(signature, null, 1))
                .getMessage();
        assertTrue(
                notCalled.contains("other-signature.pt: forward(img, return_features=True) fails: Expected at most"),
                notCalled);
        Path shape = file("other-shape.pt");
        String notRows = assertThrows(IOException.class, () -> InceptionFeatures.open(shape, null, 1))
                .getMessage();
        assertTrue(notRows.contains("gives (2, 3, 4, 4) for 2 images"), notRows);
    }
}
