package io.saddle.cli.fid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.cli.CommandRun;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.diffusion.data.ClassSelection;
import io.saddle.diffusion.data.DataSets;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.ClassifierFeatures;
import io.saddle.diffusion.evaluation.FrechetDistance;
import io.saddle.diffusion.evaluation.ImageFeatures;
import io.saddle.diffusion.files.NpyArray;
import io.saddle.diffusion.files.NpzFile;
import io.saddle.diffusion.files.Tensor;
import io.saddle.diffusion.files.TensorFile;
import io.saddle.model.TrainedClassifiers;
import io.saddle.stack.Home;
import io.saddle.stack.LocalSettings;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FidCommandTest {

    private static final Path RESOURCES =
            Path.of("..", "..", "services", "shared", "diffusion", "src", "test", "resources");
    private static final Path INCEPTION = RESOURCES.resolve("inception").resolve("stand-in.pt");

    @TempDir
    static Path home;

    @TempDir
    Path folder;

    private static JsonNode json(String... arguments) throws IOException {
        CommandRun run = CommandRun.of(arguments);
        assertEquals(0, run.exitCode(), run.err());
        return new ObjectMapper().readTree(run.out());
    }

    private static String failure(String... arguments) {
        CommandRun run = CommandRun.of(arguments);
        assertEquals(ExitCode.INVALID_INPUT, run.exitCode(), run.out());
        assertEquals("", run.out());
        return run.err().strip();
    }

    private static String golden(String file, String tensor) {
        return RESOURCES.resolve("golden").resolve(file) + "#" + tensor;
    }

    @ParameterizedTest
    @CsvSource({
        "fid-500x400x64.safetensors, 103.44604113087134, 500, 400",
        "fid-300x120x192.safetensors, 295.8942805629761, 300, 120"
    })
    void featuresHaveTheDistanceOfPytorchFid(String file, double expected, int n, int m) throws IOException {
        JsonNode result = json("fid", golden(file, "a"), golden(file, "b"), "--json");
        assertEquals(expected, result.path("fid").asDouble(), 1e-6 * expected);
        assertEquals(n, result.at("/a/images").asInt());
        assertEquals(m, result.at("/b/images").asInt());
        assertTrue(result.path("notes").get(0).asText().startsWith("N differs (" + n + " and " + m + ")"));
        assertEquals(
                m < result.path("dimensions").asInt(),
                result.at("/notes/1").asText().startsWith("biased: "));
    }

    /** Numbers of clean-fid and of the two papers, which are in golden's kid-prdc.json. */
    @Test
    void featuresHaveKernelDistanceAndManifoldAndTheFloorOfTheReference() throws IOException {
        String a = golden("fid-500x400x64.safetensors", "a");
        JsonNode result = json("fid", a, golden("fid-500x400x64.safetensors", "b"), "--json");
        assertEquals(7.841144916798841, result.at("/kid/value").asDouble(), 1e-4);
        assertTrue(result.at("/kid/standardError").asDouble() > 0);
        assertEquals(0, result.at("/manifold/coverage").asDouble());
        assertEquals(200, result.at("/floor/images").asInt(), "half of B, which is smaller than A");
        double floor = result.at("/floor/fid").asDouble();
        assertTrue(floor > 0 && floor < 0.5 * result.path("fid").asDouble(), "floor " + floor);
        CommandRun text = CommandRun.of("fid", a, a);
        assertTrue(text.lines().get(1).startsWith("  KID "), text.out());
        assertEquals(
                "  precision 1.000, recall 1.000, density 1.000, coverage 1.000 (5 neighbours)",
                text.lines().get(2).replaceAll("density [0-9.]+", "density 1.000"));
        assertTrue(text.lines().get(3).startsWith("  floor: "), text.out());
    }

    @Test
    void theDistanceAtInfiniteNumbersIsBelowThatOfSoMany() throws IOException {
        String a = golden("fid-500x400x64.safetensors", "a");
        String b = golden("fid-500x400x64.safetensors", "b");
        JsonNode result = json("fid", a, b, "--infinity", "--json");
        double atInfinity = result.at("/infinity/value").asDouble();
        assertTrue(atInfinity > 0.9 * result.path("fid").asDouble(), "at infinity " + atInfinity);
        assertTrue(atInfinity < result.path("fid").asDouble(), "at infinity " + atInfinity);
        assertEquals(500, result.at("/infinity/most").asInt());
        assertTrue(CommandRun.of("fid", a, b, "--infinity").lines().get(1).startsWith("  at infinite N "));
        Path statistics = folder.resolve("a.npz");
        CommandRun.of("fid", a, "--save", statistics.toString());
        assertTrue(failure("fid", statistics.toString(), b, "--infinity").contains("has statistics alone"));
    }

    /** They are called FID under Inception alone. */
    @Test
    void featuresOfAnotherNetworkAreNamedAndNeedTheirSha256() throws IOException {
        Path network = Files.copy(RESOURCES.resolve("judges").resolve("means.pt"), folder.resolve("means.pt"));
        Path json = folder.resolve("means.json");
        Files.writeString(json, Files.readString(RESOURCES.resolve("judges").resolve("means.json")));
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        for (int i = 0; i < 3; i++) {
            BufferedImage picture = new BufferedImage(10 + i, 12, BufferedImage.TYPE_INT_RGB);
            picture.setRGB(i, 2, 0xff0000);
            ImageIO.write(picture, "png", pictures.resolve(i + ".png").toFile());
        }
        String[] command = {"fid", pictures.toString(), pictures.toString(), "--json", "--features", network.toString()
        };
        JsonNode result = json(command);
        assertTrue(
                result.path("name").asText().startsWith("Frechet distance, means (3 features, sha256 "),
                result.path("name").asText());
        assertEquals(0, result.path("fid").asDouble(), 1e-9);
        Files.writeString(json, Files.readString(json).replaceAll("\"sha256\": \"..", "\"sha256\": \"00"));
        assertTrue(failure(command).contains("means.pt: its sha256 is "));
    }

    @Test
    void savedStatisticsStandForTheFeaturesTheyWereMadeFrom() throws IOException {
        String a = folder.resolve("a.npz").toString();
        String b = folder.resolve("b.npz").toString();
        CommandRun saved = CommandRun.of("fid", golden("fid-500x400x64.safetensors", "a"), "--save", a);
        assertEquals(0, saved.exitCode(), saved.err());
        assertTrue(saved.out().strip().endsWith("N = 500"), saved.out());
        assertEquals(
                0,
                CommandRun.of("fid", golden("fid-500x400x64.safetensors", "b"), "--save", b)
                        .exitCode());
        CommandRun text = CommandRun.of("fid", a, b);
        assertEquals("Frechet distance 103.446041", text.lines().get(0));
        assertEquals(
                "  A  " + a + ": N = 500, 64 dimensions, features: not said in the file",
                text.lines().get(1));
    }

    @Test
    void statisticsOfOthersDoNotSayN() throws IOException {
        Path file = folder.resolve("other.npz");
        NpzFile.write(file, Map.of("mu", NpyArray.vector(1, 2), "sigma", NpyArray.square(2, new double[] {2, 0.5, 0.5, 1
        })));
        JsonNode result = json("fid", file.toString(), file.toString(), "--json");
        assertEquals(0, result.path("fid").asDouble(), 1e-12);
        assertTrue(result.at("/a/images").isNull());
        assertTrue(result.path("notes").get(0).asText().startsWith("N is not written"));
        String mixed = failure("fid", file.toString(), golden("fid-500x400x64.safetensors", "a"));
        assertTrue(mixed.contains("different dimensions: 2 in " + file), mixed);
    }

    @Test
    void foldersOfDigitsAreJudgedByTheBundledClassifier() throws IOException {
        ImageDataSet digits = DataSets.open(DataSets.BUNDLED_MNIST, null);
        ImageDataSet zeros = ClassSelection.only()
                .with(0, new ClassSelection.Amount.Count(90))
                .from(digits, 1);
        ImageDataSet ones = ClassSelection.only()
                .with(1, new ClassSelection.Amount.Count(80))
                .from(digits, 1);
        Path a = pngs(zeros, "a", BufferedImage.TYPE_BYTE_GRAY);
        Path b = pngs(ones, "b", BufferedImage.TYPE_INT_RGB);
        JsonNode result = json("fid", a.toString(), b.toString(), "--json", "--home", home.toString());
        Path kept =
                LocalSettings.load(new Home(home), System.getenv(), Map.of()).classifiers();
        TrainedClassifiers classifiers = new TrainedClassifiers(kept, line -> {
            throw new IllegalStateException("it was not kept: " + line);
        });
        try (ClassifierFeatures features = new ClassifierFeatures(
                        classifiers.of(DataSets.BUNDLED_MNIST, DataSets.BUNDLED_MNIST), DataSets.BUNDLED_MNIST);
                FrechetDistance distance = new FrechetDistance()) {
            double expected = distance.between(ImageFeatures.of(features, zeros), ImageFeatures.of(features, ones));
            assertEquals(expected, result.path("fid").asDouble(), 1e-6 * expected);
            assertEquals(features.name(), result.at("/a/features").asText());
        }
        assertEquals(90, result.at("/a/images").asInt());
        assertEquals(80, result.at("/b/images").asInt());
        ImageIO.write(
                new BufferedImage(30, 28, BufferedImage.TYPE_INT_RGB),
                "png",
                a.resolve("z.png").toFile());
        String size = failure("fid", a.toString(), b.toString(), "--home", home.toString());
        assertTrue(size.contains("z.png: the classifier takes 1x28x28 images, got 1x28x30"), size);
        assertTrue(size.contains("--inception"), size);
    }

    @Test
    void inceptionTakesImagesOfAnySize() throws IOException {
        Path a = Files.createDirectories(folder.resolve("a"));
        Path deep = Files.createDirectories(a.resolve("more"));
        BufferedImage small = new BufferedImage(20, 30, BufferedImage.TYPE_INT_RGB);
        small.setRGB(3, 4, 0xff8000);
        ImageIO.write(small, "png", a.resolve("1.png").toFile());
        ImageIO.write(
                new BufferedImage(40, 40, BufferedImage.TYPE_INT_ARGB),
                "png",
                deep.resolve("2.PNG").toFile());
        Path statistics = folder.resolve("reference.npz");
        String[] inception = {"--inception", INCEPTION.toString()};
        assertEquals(
                0,
                CommandRun.of("fid", a.toString(), "--save", statistics.toString(), inception[0], inception[1])
                        .exitCode());
        JsonNode result = json("fid", a.toString(), statistics.toString(), "--json", inception[0], inception[1]);
        assertEquals(
                result.at("/a/features").asText(), result.at("/b/features").asText(), "its file does not say which");
        assertEquals(0, result.path("fid").asDouble(), 1e-9);
        assertEquals(2, result.at("/a/images").asInt());
        assertTrue(result.at("/a/features").asText().startsWith("inception-v3 (24 features of stand-in.pt, sha256 "));
    }

    @Test
    void errorsNameFileAndRemedy() throws IOException {
        String golden = golden("fid-500x400x64.safetensors", "a");
        String missing = failure("fid", golden("fid-500x400x64.safetensors", "c"), golden);
        assertTrue(missing.endsWith("#c: no tensor c; there are [a, b]"), missing);
        String unnamed = failure("fid", golden.replace("#a", ""), golden);
        assertTrue(unnamed.contains("name a tensor of N x D features as"), unnamed);
        assertTrue(failure("fid", "no-such-thing", golden)
                .contains("no-such-thing: no such file or folder; give FILE.npz"));
        Path empty = Files.createDirectories(folder.resolve("empty"));
        assertTrue(failure("fid", empty.toString(), golden).contains("no .png file in this folder"));
        Path broken = Files.createDirectories(folder.resolve("broken"));
        Files.writeString(broken.resolve("x.png"), "no image");
        String noImage = failure("fid", broken.toString(), golden, "--inception", INCEPTION.toString());
        assertTrue(noImage.endsWith("x.png: no picture in a format that is known here"), noImage);
        String hash = "0".repeat(64);
        String wrong = failure("fid", broken.toString(), golden, "--inception", INCEPTION.toString(), "--sha256", hash);
        assertTrue(wrong.contains("--inception " + INCEPTION + ": its sha256 is "), wrong);
        assertTrue(
                failure("fid", golden, golden, "--sha256", "abc").contains("--sha256 must be 64 hexadecimal digits"));
        assertEquals(ExitCode.USAGE, CommandRun.of("fid", golden).exitCode());
    }

    /** A pipeline took it for a wrong input, which is not tried again. */
    @Test
    @EnabledOnOs(
            value = OS.LINUX,
            disabledReason = "no Linux: a full disk and a picture that the disk does not give were not tried")
    void whatTheDiskDoesNotGiveOrTakeHasFailed() throws IOException {
        String golden = golden("fid-500x400x64.safetensors", "a");
        CommandRun full = CommandRun.of("fid", golden, "--save", "/dev/full");
        assertEquals(ExitCode.FAILED, full.exitCode(), full.err());
        Path broken = Files.createDirectories(folder.resolve("broken"));
        Files.createSymbolicLink(broken.resolve("x.png"), Path.of("/proc/self/mem"));
        CommandRun unread = CommandRun.of("fid", broken.toString(), golden, "--inception", INCEPTION.toString());
        assertEquals(ExitCode.FAILED, unread.exitCode(), unread.err());
    }

    /** As files of one class after the other give them: each block of the kernel distance was of another class, and its standard error 30 times as large. */
    @Test
    void theOrderOfFeaturesDoesNotMatter() throws IOException {
        int rows = 4000;
        int dimensions = 8;
        Random random = new Random(7);
        float[] mixed = new float[rows * dimensions];
        float[] sorted = new float[rows * dimensions];
        for (int i = 0; i < rows; i++) {
            for (int d = 0; d < dimensions; d++) {
                mixed[i * dimensions + d] = (float) (random.nextGaussian() + (i % 10 == d ? 6 : 0));
                sorted[i * dimensions + d] = (float) (random.nextGaussian() + (i / 400 == d ? 6 : 0));
            }
        }
        Path file = folder.resolve("features.safetensors");
        long[] shape = {rows, dimensions};
        new TensorFile(Map.of("mixed", Tensor.floats(shape, mixed), "sorted", Tensor.floats(shape, sorted)), Map.of())
                .write(file);
        JsonNode result = json("fid", file + "#mixed", file + "#sorted", "--json");
        double error = result.at("/kid/standardError").asDouble();
        assertTrue(error > 0 && error < 0.2, "standard error " + error);
        assertTrue(Math.abs(result.at("/kid/value").asDouble()) < 4 * error, result.toString());
    }

    @Test
    void featuresThatAreNoNumbersAreNamedByTheirRow() throws IOException {
        Path file = folder.resolve("features.safetensors");
        float[] values = new float[3000 * 2];
        values[2999 * 2 + 1] = Float.NaN;
        new TensorFile(
                        Map.of(
                                "f", Tensor.floats(new long[] {3000, 2}, values),
                                "flat", Tensor.floats(new long[] {6000}, values)),
                        Map.of())
                .write(file);
        String nan = failure("fid", file + "#f", file + "#f");
        assertTrue(nan.endsWith("row 2999 of the features has NaN at position 1"), nan);
        assertTrue(failure("fid", file + "#flat", file + "#f").contains("must be N x D features with N >= 2"));
    }

    private Path pngs(ImageDataSet data, String name, int type) throws IOException {
        Path target = Files.createDirectories(folder.resolve(name));
        float[] pixels = new float[data.imageSize()];
        for (int i = 0; i < data.count(); i++) {
            data.scaled(i, pixels, 0);
            BufferedImage image = new BufferedImage(data.width(), data.height(), type);
            for (int p = 0; p < pixels.length; p++) {
                int level = Math.round((pixels[p] + 1) * 127.5f);
                for (int band = 0; band < image.getRaster().getNumBands(); band++) {
                    image.getRaster().setSample(p % data.width(), p / data.width(), band, level);
                }
            }
            ImageIO.write(image, "png", target.resolve("%04d.png".formatted(i)).toFile());
        }
        return target;
    }
}
