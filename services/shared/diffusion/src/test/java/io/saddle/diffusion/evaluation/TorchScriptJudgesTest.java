package io.saddle.diffusion.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.data.DataSets;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.files.Sha256;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.torch.TorchScripts;
import io.saddle.diffusion.torchscript.TorchScriptFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Classifiers and features of small programs that are written here, and of those that somebody trained, where they are there. */
class TorchScriptJudgesTest {
    /** A folder with mnist8-classifier.pt and mobilenet-v1-075-features.pt, and what describes them. */
    private static final String MODELS = "saddle.test.judges";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MEANS = "torch.mean(x, [2, 3])";

    @TempDir
    Path folder;

    private ObjectNode description(String shape) {
        ObjectNode json = JSON.createObjectNode().put("file", "judge.pt");
        json.putObject("input").put("shape", shape).put("range", "0..1").put("layout", "NCHW, float32");
        return json;
    }

    private TorchScriptFile file(String expression, ObjectNode json) throws IOException {
        Path file = folder.resolve("judge.pt");
        Files.write(file, TorchScripts.module(expression));
        json.put("sha256", Sha256.of(file));
        Files.writeString(folder.resolve("judge.json"), json.toString());
        return TorchScriptFile.open(file);
    }

    private TorchScriptClassifier classifier(String expression, ObjectNode json) throws IOException {
        return TorchScriptClassifier.open(file(expression, json), 2);
    }

    private static ImageBatch flat(int channels, int side, float... levels) {
        float[] pixels = new float[levels.length / channels * channels * side * side];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = levels[i / (side * side)];
        }
        return new ImageBatch(pixels, levels.length / channels, channels, side, side);
    }

    private static SortedMap<Integer, String> data(String... names) {
        SortedMap<Integer, String> data = new TreeMap<>();
        for (int i = 0; i < names.length; i++) {
            data.put(i, names[i]);
        }
        return data;
    }

    private static void assertRefuses(String expected, Executable action) {
        String message = assertThrows(Exception.class, action).getMessage();
        assertTrue(message.contains(expected), message);
    }

    @Test
    void shouldTakeTheLargestOfManyLogits() throws IOException {
        ObjectNode json = description("N x 3 x H x W").put("output", "N x 3 logits");
        json.putArray("classes").add("red").add("green").add("blue");
        try (TorchScriptClassifier classifier = classifier(MEANS, json)) {
            assertEquals(List.of(0, 1, 2), classifier.labels());
            assertEquals("green", classifier.className(1));
            ImageBatch images = flat(3, 4, 1, 0, 0, -1, 0, 1, -1, -0.5f, -1);
            assertArrayEquals(new int[] {0, 2, 1}, classifier.classify(images));
            assertTrue(classifier.name().startsWith("judge (sha256 "), classifier.name());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "N probabilities of light, 'torch.mean(x, [1, 2, 3])'",
        "N x 1 probabilities, 'torch.mean(x, [2, 3])'",
        "N logits of light, 'torch.sub(torch.mean(x, [1, 2, 3]), 0.5)'"
    })
    void shouldReadASingleNumberAsTheSecondOfTwoClasses(String output, String expression) throws IOException {
        ObjectNode json = description("N x 1 x H x W").put("output", output);
        json.putArray("classes").add("dark (below)").add("light");
        try (TorchScriptClassifier classifier = classifier(expression, json)) {
            assertArrayEquals(new int[] {0, 1, 1}, classifier.classify(flat(1, 3, -0.2f, 0.2f, 1)));
        }
    }

    /** The program gives the mean of each colour; the layer looks for light, and for blue. */
    @Test
    void shouldPutALinearLayerBehindTheProgram() throws IOException {
        ObjectNode json = description("N x 3 x H x W");
        json.putArray("classes").add("dark").add("light").add("blue");
        withHead(json, new LinearHead(new float[] {0, 0, 0, 1, 1, 1, 0, 0, 4}, new float[] {1, 0, 0}));
        ImageBatch images = flat(3, 4, 1, 1, 0, -1, -1, -0.8f, -1, -1, 1);
        String name;
        try (TorchScriptClassifier classifier = classifier(MEANS, json)) {
            assertEquals(List.of(0, 1, 2), classifier.labels());
            assertArrayEquals(new int[] {1, 0, 2}, classifier.classify(images));
            name = classifier.name();
        }
        withHead(json, new LinearHead(new float[] {0, 0, 0, 1, 1, 1, 0, 0, 0}, new float[] {1, 0, 0}));
        try (TorchScriptClassifier other = classifier(MEANS, json)) {
            assertNotEquals(name, other.name(), "another layer is another classifier");
            assertArrayEquals(new int[] {1, 0, 0}, other.classify(images));
        }
    }

    private void withHead(ObjectNode json, LinearHead head) throws IOException {
        Path file = folder.resolve("layer.safetensors");
        head.write(file);
        json.putObject("head").put("file", "layer.safetensors").put("sha256", Sha256.of(file));
    }

    @Test
    void shouldRefuseALayerThatIsNotTheOneOrDoesNotFit() throws IOException {
        ObjectNode json = description("N x 3 x H x W");
        withHead(json, new LinearHead(new float[] {1, 2, 3, 4}, new float[] {0, 0}));
        assertRefuses("layer.safetensors: takes 2 features, ", () -> classifier(MEANS, json));
        withHead(json, new LinearHead(new float[] {1, 2, 3, 4, 5, 6}, new float[] {0, 0}));
        json.putArray("classes").add("a").add("b").add("c");
        assertRefuses("gives 2 numbers for each image, its description has 3 classes", () -> classifier(MEANS, json));
        json.remove("classes");
        Files.write(folder.resolve("layer.safetensors"), new byte[] {1}, StandardOpenOption.APPEND);
        assertRefuses("layer.safetensors: its sha256 is ", () -> classifier(MEANS, json));
        Files.delete(folder.resolve("layer.safetensors"));
        assertRefuses("layer.safetensors: there is no such file", () -> classifier(MEANS, json));
        json.putObject("head").put("file", "../layer.safetensors").put("sha256", "0".repeat(64));
        assertRefuses("head.file: must be the name of a file in the same folder", () -> classifier(MEANS, json));
        json.putObject("head").put("file", "layer.safetensors");
        assertRefuses(
                "head.sha256: must be the 64 hexadecimal digits of layer.safetensors", () -> classifier(MEANS, json));
        assertRefuses("a weight or bias is NaN", () -> new LinearHead(new float[] {1, Float.NaN}, new float[] {0, 0}));
    }

    @Test
    void shouldBringImagesToSizeColourAndRange() throws IOException {
        ObjectNode json = description("N x 3 x 8 x 4");
        json.withObject("/input").put("range", "0..255, as in files");
        String corner = "torch.flatten(torch.slice(torch.slice(x, 2, 7), 3, 3), 1)";
        try (TorchScriptFeatures features = TorchScriptFeatures.open(file(corner, json), 2)) {
            assertEquals(3, features.dimensions());
            assertTrue(features.name().startsWith("judge (3 features, sha256 "), features.name());
            // Beyond white is white; a grey image is the same in all colours.
            float[] values = features.features(flat(1, 16, 2, 0.5f));
            assertArrayEquals(new float[] {255, 255, 255, 191, 191, 191}, values, 1e-3f);
            assertArrayEquals(new float[] {255, 0, 128}, features.features(flat(3, 5, 1, -1, 0)), 1e-3f);
            assertRefuses(
                    "takes RGB images (input.shape of its description), these have 4",
                    () -> features.features(flat(4, 8, 0, 0, 0, 0)));
        }
    }

    @Test
    void shouldMakeGreyOfColourAsOthersDo() throws IOException {
        try (TorchScriptFeatures features = TorchScriptFeatures.open(file(MEANS, description("N x 1 x H x W")), 1)) {
            assertArrayEquals(
                    new float[] {0.299f, 0.587f, 0.114f},
                    features.features(flat(3, 2, 1, -1, -1, -1, 1, -1, -1, -1, 1)),
                    1e-6f);
        }
    }

    @Test
    void shouldGiveTheSameRowsHoweverManyThreadsAndImages() throws IOException {
        Random random = new Random(3);
        float[] pixels = new float[100 * 3 * 6 * 6];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = 2 * random.nextFloat() - 1;
        }
        ImageBatch images = new ImageBatch(pixels, 100, 3, 6, 6);
        TorchScriptFile file = file(MEANS, description("N x 3 x 8 x 8"));
        try (TorchScriptFeatures one = TorchScriptFeatures.open(file, 1);
                TorchScriptFeatures three = TorchScriptFeatures.open(file, 3)) {
            float[] all = one.features(images);
            assertArrayEquals(all, three.features(images));
            float[] last = one.features(images.slice(99, 100));
            assertArrayEquals(new float[] {all[297], all[298], all[299]}, last, 1e-6f);
        }
    }

    @Test
    void shouldNotRunAProgramThatIsNotTheDescribedOne() throws IOException {
        TorchScriptFile file = file(MEANS, description("N x 3 x H x W"));
        Files.write(file.file(), TorchScripts.module("x"));
        assertRefuses("judge.pt: its sha256 is ", () -> TorchScriptFeatures.open(file, 1));
        assertRefuses("judge.pt: its sha256 is ", () -> TorchScriptClassifier.open(file, 1));
    }

    @Test
    void shouldNameWhatTheDescriptionLacks() throws IOException {
        assertRefuses(
                "judge.json: input.shape: a side is a number of pixels, at most 2048, or a letter, was 9000",
                () -> classifier(MEANS, description("N x 3 x 9000 x 9000")));
        assertRefuses(
                "judge.json: a description is at most 1048576 bytes",
                () -> classifier(MEANS, description("N x 3 x H x W").put("notes", "x".repeat(1 << 20))));
        assertRefuses(
                "judge.json: input.shape: height and width are both numbers or both letters",
                () -> classifier(MEANS, description("N x 3 x 28 x W")));
        assertRefuses(
                "judge.json: input.shape: must be as N x 3 x 224 x 224",
                () -> classifier(MEANS, description("N x 3 x any")));
        assertRefuses(
                "input.shape: images are grey (1) or RGB (3), not of 4",
                () -> classifier(MEANS, description("N x 4 x H x W")));
        ObjectNode range = description("N x 3 x H x W");
        range.withObject("/input").put("range", "bright");
        assertRefuses(
                "judge.json: input.range: must be two numbers, as 0..1 or -1..1, was bright",
                () -> classifier(MEANS, range));
        ObjectNode colours = description("N x 3 x H x W");
        colours.withObject("/input").put("layout", "NCHW, BGR, float32");
        assertRefuses("input.layout: only RGB is supported", () -> classifier(MEANS, colours));
        ObjectNode two = description("N x 3 x H x W");
        two.putArray("classes").add("a").add("b");
        assertRefuses(
                "gives 3 numbers for each image, its description has 2 classes: [a, b]", () -> classifier(MEANS, two));
        String single = "torch.mean(x, [1, 2, 3])";
        assertRefuses(
                "which needs two classes in its description, has []",
                () -> classifier(single, description("N x 3 x H x W")));
        assertRefuses(
                "judge.json: output: must say whether the number is a probability or a logit",
                () -> classifier(single, two));
        ObjectNode twice = description("N x 3 x H x W");
        twice.putArray("classes").add("a").add("a");
        assertRefuses("judge.json: classes: must be names that differ", () -> classifier(single, twice));
        assertRefuses("not a row of float32 for each", () -> classifier("x", description("N x 3 x H x W")));
        assertRefuses(
                "judge.pt: forward of (2, 3, 64, 64) fails: ",
                () -> classifier("torch.matmul(x, torch.flatten(x))", description("N x 3 x H x W")));
    }

    @Test
    void shouldMatchClassesByNameElseByNumber() throws IOException {
        ObjectNode json = description("N x 3 x H x W");
        json.putArray("classes").add("Lake").add("beach (sand)").add("city");
        ImageBatch images = flat(3, 2, 1, 0, 0, 0, 1, 0, 0, 0, 1);
        try (TorchScriptClassifier classifier = classifier(MEANS, json)) {
            ClassMatch named = ClassMatch.of(classifier, data("beach", "lake"));
            assertArrayEquals(new int[] {1, 0, ImageDataSet.NO_CLASS}, named.classify(images));
            assertEquals(List.of(-1, 0, 1), named.labels());
            assertEquals(
                    List.of("another class", "beach (sand)", "Lake"),
                    Stream.of(-1, 0, 1).map(named::className).toList());
            ClassMatch numbered = ClassMatch.of(classifier, data("wet=0", "wet=1"));
            assertArrayEquals(new int[] {0, 1, -1}, numbered.classify(images));
            assertEquals("Lake", numbered.className(0));
            ClassMatch own = ClassMatch.of(classifier, data());
            assertArrayEquals(new int[] {0, 1, 2}, own.classify(images));
            for (SortedMap<Integer, String> wrong : List.of(data("beach", "hill"), data("0", "1", "2", "3"))) {
                assertRefuses(
                        "tells apart [Lake, beach (sand), city], the data's classes are " + wrong,
                        () -> ClassMatch.of(classifier, wrong));
            }
        }
        try (TorchScriptClassifier unnamed = classifier(MEANS, description("N x 3 x H x W"))) {
            assertEquals("2", unnamed.className(2));
            assertArrayEquals(
                    new int[] {0, 1, 2},
                    ClassMatch.of(unnamed, data("beach", "hill", "lake")).classify(images));
        }
    }

    /** Those that the tests of other modules take. */
    @ParameterizedTest
    @CsvSource({"means, 'torch.mean(x, [2, 3])'", "lines, 'torch.slice(torch.mean(x, [1, 3]), 1, 9, 19)'"})
    void shouldLoadTheFilesOfOtherTests(String name, String expression) throws IOException {
        TorchScriptFile file = TorchScriptFile.open(Path.of("src", "test", "resources", "judges", name + ".pt"));
        assertArrayEquals(TorchScripts.module(expression), Files.readAllBytes(file.file()));
        try (TorchScriptFeatures features = TorchScriptFeatures.open(file, 1)) {
            assertEquals(name.equals("means") ? 3 : 10, features.dimensions());
        }
    }

    private static TorchScriptFile trained(String name) throws IOException {
        String models = System.getProperty(MODELS);
        assumeTrue(
                models != null,
                "judges that somebody trained were not tried: name the folder of mnist8-classifier.pt and"
                        + " mobilenet-v1-075-features.pt with -D" + MODELS + "=FOLDER");
        return TorchScriptFile.open(Path.of(models).resolve(name));
    }

    /** Of mnist10k the one that was measured gets 99.41 % right. */
    @Test
    void shouldReadDigitsWithARealClassifier() throws IOException {
        ImageDataSet digits = DataSets.open(DataSets.BUNDLED_MNIST, null);
        int count = 1000;
        try (TorchScriptClassifier classifier = TorchScriptClassifier.open(trained("mnist8-classifier.pt"), 2)) {
            int[] seen = ClassMatch.of(classifier, ClassMatch.names(digits)).classify(ImageBatch.of(digits, 0, count));
            int right = 0;
            for (int i = 0; i < count; i++) {
                right += seen[i] == digits.label(i) ? 1 : 0;
            }
            assertTrue(right > 985, right + " of " + count);
        }
    }

    @Test
    void shouldTakeFeaturesWithARealNetworkThatResizesItself() throws IOException {
        ImageDataSet digits = DataSets.open(DataSets.BUNDLED_MNIST, null);
        try (TorchScriptFeatures features = TorchScriptFeatures.open(trained("mobilenet-v1-075-features.pt"), 2)) {
            assertEquals("mobilenet-v1-075-features (768 features, sha256 db665555feee...)", features.name());
            float[] rows = features.features(ImageBatch.of(digits, 0, 3));
            assertEquals(3 * 768, rows.length);
            for (float value : rows) {
                assertTrue(value >= 0 && value <= 6, "value " + value);
            }
        }
    }

    @Test
    void shouldTellFacesByOneNumberWithARealClassifier() throws IOException {
        try (TorchScriptClassifier classifier = TorchScriptClassifier.open(trained("faceres-gender.pt"), 2)) {
            assertEquals(
                    2,
                    ClassMatch.of(classifier, data("Male=0", "Male=1")).labels().size());
            assertEquals(1, classifier.classify(flat(3, 64, 0, 0, 0)).length);
        }
    }
}
