package io.saddle.fidevaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.diffusion.data.DataSets;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.FeatureGaussian;
import io.saddle.diffusion.evaluation.FeatureStatistics;
import io.saddle.diffusion.evaluation.StatisticsFile;
import io.saddle.diffusion.files.Sha256;
import io.saddle.model.JudgeFiles;
import io.saddle.model.data.DataRoots;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgesTest {

    private static final Path STAND_IN = Path.of("../shared/diffusion/src/test/resources/inception/stand-in.pt");
    private static final Path BROUGHT = Path.of("../shared/diffusion/src/test/resources/judges");

    @TempDir
    Path folder;

    /** A small labelled set, so that its classifier is trained in no time. */
    @BeforeEach
    void fewDigits() throws IOException {
        ImageDataSet digits = DataSets.open(DataSets.BUNDLED_MNIST, null);
        int count = 200;
        ByteArrayOutputStream images = new ByteArrayOutputStream();
        ByteArrayOutputStream labels = new ByteArrayOutputStream();
        DataOutputStream imageFile = new DataOutputStream(images);
        DataOutputStream labelFile = new DataOutputStream(labels);
        imageFile.writeInt(0x803);
        imageFile.writeInt(count);
        imageFile.writeInt(28);
        imageFile.writeInt(28);
        labelFile.writeInt(0x801);
        labelFile.writeInt(count);
        float[] pixels = new float[digits.imageSize()];
        for (int i = 0; i < count; i++) {
            digits.scaled(i, pixels, 0);
            for (float pixel : pixels) {
                imageFile.write(Math.round((pixel + 1) * 127.5f));
            }
            labelFile.write(digits.label(i));
        }
        Files.write(folder.resolve("images"), images.toByteArray());
        Files.write(folder.resolve("labels"), labels.toByteArray());
    }

    /** With judges, as it stands in a run that was submitted. */
    private RunSpec.Evaluation parsed(String more) throws IOException {
        RunSpecParser parser = new RunSpecParser();
        ObjectMapper yaml = new YAMLMapper();
        ObjectNode submitted = (ObjectNode) new ObjectMapper()
                .readTree(parser.toJson(parser.parse(
                        "run.yaml",
                        "{name: r, data: {images: '%1$s/images', labels: '%1$s/labels'}}".formatted(folder))));
        ((ObjectNode) submitted.get("evaluation")).setAll((ObjectNode) yaml.readTree("{" + more + "}"));
        return parser.fromJson(submitted.toString()).evaluation();
    }

    private RunSpec.Evaluation evaluation(String more) {
        String spec = "{name: r, data: {images: '%1$s/images', labels: '%1$s/labels'}, evaluation: {%2$s}}";
        return new RunSpecParser()
                .parse("run.yaml", spec.formatted(folder, more))
                .evaluation();
    }

    private static Judge.Network only(Judge judge) {
        assertEquals(1, judge.networks().size());
        return judge.networks().get(0);
    }

    /** A judge of the tests of networks, as a specification has it when it was submitted. */
    private static String brought(String name) throws IOException {
        RunSpec.Judge judge = new JudgeFiles(DataRoots.ANYWHERE)
                .found(BROUGHT.resolve(name + ".pt").toString());
        return "{file: '" + judge.file() + "', sha256: " + judge.sha256() + "}";
    }

    private Judges judges(Optional<String> inception) {
        return new Judges(
                folder,
                1,
                new InceptionSetting(inception, Optional.empty(), 1),
                ImageSets.withoutStore(),
                DataRoots.ANYWHERE);
    }

    private static double spread(Judge judge) {
        return Arrays.stream(only(judge).reference().gaussian().covariance())
                .map(Math::abs)
                .max()
                .orElseThrow();
    }

    private static FeatureStatistics statistics(int count) {
        FeatureStatistics statistics = new FeatureStatistics(24);
        for (int i = 0; i < count; i++) {
            statistics.add(new Random(i).doubles(24).toArray());
        }
        return statistics;
    }

    /** A run is judged some hundred times: its files of 60,000 images were read each time. */
    @Test
    void aReferenceIsReadOnceHoweverOftenARunIsJudged() throws IOException {
        Path file = folder.resolve("reference.npz");
        Random random = new Random(5);
        float[] features = new float[80 * 64];
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextGaussian();
        }
        StatisticsFile.write(file, FeatureStatistics.of(features, 64).gaussian());
        Judges judges = judges(Optional.empty());
        RunSpec.Evaluation evaluation = evaluation("referenceStatistics: '" + file + "'");
        Judge first = judges.of(evaluation);
        Files.delete(file);
        Files.delete(folder.resolve("images"));
        Files.delete(folder.resolve("labels"));
        Judge again = judges.of(evaluation);
        assertEquals(first.referenceId(), again.referenceId());
        assertSame(only(first).reference().gaussian(), only(again).reference().gaussian());
    }

    /** It was judged by what lay there before, until the process ended: the curve jumped then. */
    @Test
    void statisticsThatAreWrittenAnewAreReadAnew() throws IOException {
        Path file = folder.resolve("reference.npz");
        Judges judges = judges(Optional.of(STAND_IN.toString()));
        RunSpec.Evaluation evaluation = evaluation("referenceStatistics: '" + file + "'");
        StatisticsFile.write(file, statistics(50).gaussian());
        Judge before = judges.of(evaluation);
        StatisticsFile.write(file, statistics(60).gaussian());
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(1)));
        Judge after = judges.of(evaluation);
        assertEquals(OptionalLong.of(60), only(after).reference().gaussian().samples());
        assertNotEquals(before.referenceId(), after.referenceId());
    }

    @Test
    void imagesThatAreWrittenAnewAreReadAnewAndTheSmallClassifierStays() throws IOException {
        Judges judges = judges(Optional.empty());
        Judge before = judges.of(evaluation(""));
        Path file = folder.resolve("images");
        byte[] images = Files.readAllBytes(file);
        Arrays.fill(images, 16, images.length, (byte) 0);
        Files.write(file, images);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(1)));
        Judge after = judges.of(evaluation(""));
        assertTrue(spread(before) > 1);
        assertEquals(0, spread(after), 1e-9, "all images are black");
        assertEquals(only(before).extractor().name(), only(after).extractor().name());
    }

    @Test
    void withoutAnInceptionFileTheSmallClassifierJudgesAndSaysSo() throws IOException {
        Judges judges = judges(Optional.empty());
        Judge judge = judges.of(evaluation(""));
        Judge.Network network = only(judge);
        assertTrue(network.extractor().name().startsWith("small-cnn (64 features, "), network.toString());
        assertEquals("Frechet distance", network.extractor().metric());
        assertNull(network.sha256());
        assertEquals(64, network.reference().gaussian().dimensions());
        assertTrue(judge.referenceId().contains("balanced"), judge.referenceId());
        assertTrue(
                judge.classifier().name().startsWith("small-cnn ("),
                judge.classifier().name());
        assertSame(
                network.reference(),
                only(judges.of(evaluation("infinity: true"))).reference(),
                "made once");
    }

    /** It went to the dead letters: there is nothing to tell apart in pictures of faces, but they can be judged. */
    @Test
    void picturesWithoutClassesAreJudgedByWhatTurningThemTeaches() throws IOException {
        byte[] labels = Files.readAllBytes(folder.resolve("labels"));
        Arrays.fill(labels, 8, labels.length, (byte) 0);
        Files.write(folder.resolve("labels"), labels);
        Judge judge = judges(Optional.empty()).of(evaluation(""));
        String name = only(judge).extractor().name();
        assertTrue(name.endsWith("trained on rotations of " + folder + "/images)"), name);
        assertNull(judge.classifier());
        assertEquals(List.of(), judge.dataClasses());
        FeatureGaussian reference = only(judge).reference().gaussian();
        assertEquals(64, reference.dimensions());
        assertEquals(OptionalLong.of(200), reference.samples());
    }

    @Test
    void withAnInceptionFileItsFeaturesAreComparedAndTheClassifierStillSeesClasses() throws IOException {
        Judge judge = judges(Optional.of(STAND_IN.toString())).of(evaluation("reference: {classes: {0: {}, 1: {}}}"));
        assertTrue(only(judge).extractor().name().startsWith("inception-v3 (24 features of stand-in.pt"));
        assertEquals("FID", only(judge).extractor().metric());
        assertEquals(24, only(judge).reference().gaussian().dimensions());
        assertEquals(10, judge.classifier().labels().size());
    }

    @Test
    void networksThatTheRunNamesJudgeInPlaceOfOurs() throws IOException {
        RunSpec.Evaluation evaluation = parsed(
                "features: [%s, %s], classifier: %s".formatted(brought("means"), brought("lines"), brought("lines")));
        Judge judge = judges(Optional.of(STAND_IN.toString())).of(evaluation);
        assertEquals(
                List.of("means (3 features", "lines (10 features"),
                judge.networks().stream()
                        .map(network -> network.extractor().name().split(",")[0])
                        .toList());
        assertEquals("Frechet distance", judge.networks().get(0).extractor().metric());
        assertEquals(
                evaluation.features().get(1).sha256(), judge.networks().get(1).sha256());
        assertTrue(
                judge.classifier().name().startsWith("lines (sha256 "),
                judge.classifier().name());
        assertEquals(10, judge.dataClasses().size());
        assertTrue(judge.accuracy() > 0 && judge.accuracy() < 0.5, "a tenth or so: " + judge.accuracy());
        assertEquals(10, judge.networks().get(1).reference().gaussian().dimensions());
    }

    /** With a network from outside, and beside it what earlier runs were compared by. */
    @Test
    void theSmallNetworkCanBeNamedBesideOthers() throws IOException {
        Judge judge = judges(Optional.of(STAND_IN.toString()))
                .of(parsed("features: [%s, {file: small-cnn}], classifier: {file: small-cnn}"
                        .formatted(brought("means"))));
        assertEquals(
                List.of("means (3 features", "small-cnn (64 features"),
                judge.networks().stream()
                        .map(network -> network.extractor().name().split(",")[0])
                        .toList());
        assertNull(judge.networks().get(1).sha256());
        assertEquals(64, judge.networks().get(1).reference().gaussian().dimensions());
        assertTrue(
                judge.classifier().name().startsWith("small-cnn ("),
                judge.classifier().name());
    }

    @Test
    void classesThatTheDataDoesNotHaveAreTheClassifiersOwn() throws IOException {
        byte[] labels = Files.readAllBytes(folder.resolve("labels"));
        Arrays.fill(labels, 8, labels.length, (byte) 0);
        Files.write(folder.resolve("labels"), labels);
        Judge judge = judges(Optional.empty()).of(parsed("classifier: " + brought("lines")));
        assertEquals(10, judge.classifier().labels().size());
        assertEquals(List.of(), judge.dataClasses());
        assertNull(judge.accuracy());
    }

    @Test
    void aJudgeThatHasChangedSinceTheRunWasSubmittedIsRefusedByName() throws IOException {
        Path copy = Files.copy(BROUGHT.resolve("means.pt"), folder.resolve("means.pt"));
        Files.copy(BROUGHT.resolve("means.json"), folder.resolve("means.json"));
        RunSpec.Evaluation evaluation = parsed("features: [{file: '" + copy + "', sha256: " + "a".repeat(64) + "}]");
        String message = assertThrows(
                        IOException.class, () -> judges(Optional.empty()).of(evaluation))
                .getMessage();
        assertTrue(message.startsWith(copy + " has changed since the run was submitted"), message);
        Files.delete(copy);
        String gone = assertThrows(
                        IOException.class, () -> judges(Optional.empty()).of(evaluation))
                .getMessage();
        assertTrue(gone.startsWith(copy + ": there is no such file"), gone);
    }

    @Test
    void statisticsThatHaveChangedSinceTheRunWasSubmittedAreRefused() throws IOException {
        Path file = folder.resolve("reference.npz");
        StatisticsFile.write(file, statistics(50).gaussian());
        String sha256 = Sha256.of(file);
        RunSpec.Evaluation evaluation = parsed("referenceStatistics: {file: '%s', sha256: %s}".formatted(file, sha256));
        Judges judges = judges(Optional.of(STAND_IN.toString()));
        assertEquals(
                OptionalLong.of(50),
                only(judges.of(evaluation)).reference().gaussian().samples());
        StatisticsFile.write(file, statistics(60).gaussian());
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(1)));
        assertEquals(
                "evaluation.referenceStatistics: " + file
                        + " has changed since the run was submitted: it has the sha256 " + Sha256.of(file) + ", it was "
                        + sha256,
                assertThrows(IOException.class, () -> judges.of(evaluation)).getMessage());
    }

    @Test
    void statisticsThatAreMissingAreNamedByTheirKey() throws IOException {
        Path file = folder.resolve("nowhere.npz");
        RunSpec.Evaluation evaluation = evaluation("referenceStatistics: '" + file + "'");
        IOException missing = assertThrows(
                IOException.class,
                () -> judges(Optional.of(STAND_IN.toString())).of(evaluation));
        assertEquals("evaluation.referenceStatistics: " + file + ": no such file", missing.getMessage());
    }

    @Test
    void referenceStatisticsMayComeFromAFileThatFitsTheFeatures() throws IOException {
        Path file = folder.resolve("reference.npz");
        StatisticsFile.write(file, statistics(50).gaussian());
        RunSpec.Evaluation evaluation = evaluation("referenceStatistics: '" + file + "'");
        Judge judge = judges(Optional.of(STAND_IN.toString())).of(evaluation);
        assertEquals(OptionalLong.of(50), only(judge).reference().gaussian().samples());
        assertFalse(only(judge).reference().hasRows());
        assertTrue(judge.referenceId().startsWith(file + ", sha256 "), judge.referenceId());
        String refused = assertThrows(
                        IOException.class, () -> judges(Optional.empty()).of(evaluation))
                .getMessage();
        assertTrue(
                refused.startsWith("evaluation.referenceStatistics: " + file
                        + " is about 24 features, the evaluator's are small-cnn (64 features"),
                refused);
        assertTrue(refused.contains("saddle.fid.inception.path"), refused);
    }

    /** As many features of another network were compared as if they were the same, and the distance meant nothing. */
    @Test
    void referenceStatisticsOfAnotherNetworkAreRefusedThoughTheyAreAsMany() throws IOException {
        Path file = folder.resolve("reference.npz");
        FeatureStatistics statistics = statistics(50);
        RunSpec.Evaluation evaluation = evaluation("referenceStatistics: '" + file + "'");
        String another = "another (24 features, sha256 0123456789ab...)";
        StatisticsFile.write(file, statistics.gaussian(), another);
        String refused = assertThrows(
                        IOException.class,
                        () -> judges(Optional.of(STAND_IN.toString())).of(evaluation))
                .getMessage();
        assertTrue(
                refused.startsWith("evaluation.referenceStatistics: " + file + " is about the features of " + another
                        + ", the evaluator's are inception-v3 (24 features of stand-in.pt, sha256 "),
                refused);
        String own = refused.substring(
                refused.indexOf("inception-v3"), refused.indexOf(')', refused.indexOf("stand-in")) + 1);
        for (String same : List.of(own, own.replace("stand-in.pt", "renamed.pt"))) {
            StatisticsFile.write(file, statistics.gaussian(), same);
            Judge judge = judges(Optional.of(STAND_IN.toString())).of(evaluation);
            assertEquals(OptionalLong.of(50), only(judge).reference().gaussian().samples(), same);
        }
    }

    @Test
    void aWrongInceptionFileIsRefusedByTheNameOfTheSetting() {
        String none = assertThrows(
                        IllegalStateException.class,
                        () -> new InceptionSetting(Optional.of("/no/such.pt"), Optional.empty(), 1))
                .getMessage();
        assertTrue(none.startsWith("saddle.fid.inception.path (expected sha256: none"), none);
        assertTrue(none.contains("/no/such.pt: no such file"), none);
        String hash = "0".repeat(64);
        String wrong = assertThrows(
                        IllegalStateException.class,
                        () -> new InceptionSetting(Optional.of(STAND_IN.toString()), Optional.of(hash), 1))
                .getMessage();
        assertTrue(wrong.contains("its sha256 is ") && wrong.contains("expected " + hash), wrong);
    }
}
