package io.saddle.fidevaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.data.DataSets;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.FeatureStatistics;
import io.saddle.diffusion.evaluation.StatisticsFile;
import io.saddle.model.data.DataRoots;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgesTest {

    private static final Path STAND_IN = Path.of("../shared/diffusion/src/test/resources/inception/stand-in.pt");

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

    private RunSpec.Evaluation evaluation(String more) {
        String spec = "{name: r, data: {images: '%1$s/images', labels: '%1$s/labels'}, evaluation: {%2$s}}";
        return new RunSpecParser()
                .parse("run.yaml", spec.formatted(folder, more))
                .evaluation();
    }

    private Judges judges(Optional<String> inception) {
        return new Judges(
                folder,
                new InceptionSetting(inception, Optional.empty(), 1),
                ImageSets.withoutStore(),
                DataRoots.ANYWHERE);
    }

    @Test
    void withoutAnInceptionFileTheSmallClassifierJudgesAndSaysSo() throws IOException {
        Judges judges = judges(Optional.empty());
        Judge judge = judges.of(evaluation(""));
        assertTrue(
                judge.extractor().name().startsWith("small-cnn (64 features, "),
                judge.extractor().name());
        assertEquals(64, judge.reference().dimensions());
        assertTrue(judge.referenceId().contains("balanced"), judge.referenceId());
        assertEquals(judge, judges.of(evaluation("")), "made once");
    }

    /** It went to the dead letters: there is nothing to tell apart in pictures of faces, but they can be judged. */
    @Test
    void picturesWithoutClassesAreJudgedByWhatTurningThemTeaches() throws IOException {
        byte[] labels = Files.readAllBytes(folder.resolve("labels"));
        Arrays.fill(labels, 8, labels.length, (byte) 0);
        Files.write(folder.resolve("labels"), labels);
        Judge judge = judges(Optional.empty()).of(evaluation(""));
        String name = judge.extractor().name();
        assertTrue(name.endsWith("trained on rotations of " + folder + "/images)"), name);
        assertNull(judge.classes());
        assertEquals(64, judge.reference().dimensions());
        assertEquals(OptionalLong.of(200), judge.reference().samples());
    }

    @Test
    void withAnInceptionFileItsFeaturesAreComparedAndTheClassifierStillSeesClasses() throws IOException {
        Judge judge = judges(Optional.of(STAND_IN.toString())).of(evaluation("reference: {classes: {0: {}, 1: {}}}"));
        assertTrue(judge.extractor().name().startsWith("inception-v3 (24 features of stand-in.pt"));
        assertEquals(24, judge.reference().dimensions());
        assertEquals(10, judge.classes().classifier().description().classes().size());
    }

    @Test
    void referenceStatisticsMayComeFromAFileThatFitsTheFeatures() throws IOException {
        Path file = folder.resolve("reference.npz");
        FeatureStatistics statistics = new FeatureStatistics(24);
        for (int i = 0; i < 50; i++) {
            statistics.add(new Random(i).doubles(24).toArray());
        }
        StatisticsFile.write(file, statistics.gaussian());
        RunSpec.Evaluation evaluation = evaluation("referenceStatistics: '" + file + "'");
        Judge judge = judges(Optional.of(STAND_IN.toString())).of(evaluation);
        assertEquals(OptionalLong.of(50), judge.reference().samples());
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
