package io.saddle.diffusion.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.evaluation.DistillationEvaluator;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.schedule.ForwardProcess;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.diffusion.torch.HostVector;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Training towards a teacher's word on pure noise. */
class DistillationTest {

    private static final DistillationEvaluator EVALUATOR =
            new DistillationEvaluator(new ForwardProcess(NoiseSchedule.cosine(100), PredictionType.EPSILON), 16, 2);

    private static UNet2D network;
    private static NoisePredictor teacher;

    @BeforeAll
    static void makeTeacher() {
        network = UNet2D.compile(TinyRun.NETWORK);
        teacher = new NoisePredictor(network, network.layout().initialValues(9), Precision.FP32);
    }

    @AfterAll
    static void closeTeacher() {
        teacher.close();
        network.close();
    }

    private static List<Source> sources() {
        return List.of(TinyRun.source("objective", 20, 30), Source.distillation("stay", teacher));
    }

    private static PrimalTraining training(BatchingMode batching, int diagnosticsEvery, long weightsSeed) {
        return new PrimalTraining(
                TinyRun.settings(batching, 10, Precision.FP32, diagnosticsEvery, 5),
                sources(),
                ModelState.initial(TinyRun.NETWORK, weightsSeed));
    }

    private static double distance(float[] weights) {
        try (NoisePredictor student = new NoisePredictor(network, HostVector.of(weights), Precision.FP32)) {
            return EVALUATOR.estimate(student, teacher, 64, 1).loss();
        }
    }

    @ParameterizedTest
    @EnumSource(BatchingMode.class)
    void shouldComeNearTheTeacherUnderALargeMultiplierAndNotUnderNone(BatchingMode batching) {
        Multipliers large = new Multipliers(new double[] {20});
        Multipliers none = new Multipliers(new double[] {0});
        TrainingSettings settings = TinyRun.inLargerPasses(TinyRun.settings(batching, 10, Precision.FP32, 0, 5));
        try (PrimalTraining held = new PrimalTraining(settings, sources(), ModelState.initial(TinyRun.NETWORK, 1));
                PrimalTraining free = new PrimalTraining(settings, sources(), ModelState.initial(TinyRun.NETWORK, 1))) {
            double before = distance(held.weights().toFloats());
            for (int i = 0; i < 50; i++) {
                assertTrue(held.step(large).finite());
                assertTrue(free.step(none).finite());
            }
            double near = distance(held.weights().toFloats());
            double far = distance(free.weights().toFloats());
            assertTrue(near < before / 2, near + " after " + before);
            assertTrue(near < far / 2, near + " with, " + far + " without the constraint");
        }
    }

    @Test
    void shouldHaveNoLossWhereTheStudentIsTheTeacher() {
        try (PrimalTraining training = training(BatchingMode.WEIGHTED_SUM, 0, 1)) {
            ModelState start = training.capture();
            training.restore(new ModelState(
                    network.layout().initialValues(9),
                    start.adamMean(),
                    start.adamVariance(),
                    start.ema(),
                    start.step()));
            SourceReport stay =
                    training.step(new Multipliers(new double[] {1})).sources().get(1);
            assertEquals(10, stay.rows());
            assertEquals(0, stay.loss(), 1e-9);
        }
    }

    @Test
    void shouldRepeatToTheLastBitWithDiagnosticsOrWithout() {
        Multipliers lambda = new Multipliers(new double[] {1});
        try (PrimalTraining first = training(BatchingMode.MIXTURE, 0, 1);
                PrimalTraining second = training(BatchingMode.MIXTURE, 0, 1);
                PrimalTraining split = training(BatchingMode.MIXTURE, 1, 1)) {
            for (int i = 0; i < 4; i++) {
                double loss = first.step(lambda).lagrangianLoss();
                assertEquals(loss, second.step(lambda).lagrangianLoss());
                assertEquals(loss, split.step(lambda).lagrangianLoss(), 1e-4 * loss);
            }
            assertArrayEquals(first.weights().toFloats(), second.weights().toFloats());
        }
    }

    /** Where no labels are dropped, the last one is a class of data like the others. */
    @Test
    void shouldAskTeacherAndStudentAboutTheSameLabelsTheLastOneToo() {
        UNet2DConfig conditional = TinyRun.NETWORK.withClassEmbeds(3);
        try (UNet2D shared = UNet2D.compile(conditional)) {
            float[] student = shared.layout().initialValues(9).toFloats();
            float[] withOtherLast = student.clone();
            int table = shared.layout().parameters().stream()
                    .filter(p -> p.name().equals("class_embedding.weight"))
                    .findFirst()
                    .orElseThrow()
                    .offset();
            int width = conditional.timeWidth();
            Arrays.fill(withOtherLast, table + 2 * width, table + 3 * width, 5f);
            try (NoisePredictor model = new NoisePredictor(shared, HostVector.of(student), Precision.FP32);
                    NoisePredictor other = new NoisePredictor(shared, HostVector.of(withOtherLast), Precision.FP32)) {
                assertEquals(0, EVALUATOR.estimate(model, model, 64, 1).loss(), 1e-12);
                assertTrue(EVALUATOR.estimate(model, other, 64, 1).loss() > 1e-6);
                TrainingSettings settings =
                        TinyRun.settings(conditional, 0.5, BatchingMode.MIXTURE, 10, Precision.FP32, 2, 0, 5);
                // Rows of both sources go through the network together.
                assertEquals(0, firstLoss(settings, model, student), 1e-9);
                assertTrue(firstLoss(settings, other, student) > 1e-6);
                IllegalArgumentException e = assertThrows(
                        IllegalArgumentException.class,
                        () -> new PrimalTraining(
                                settings, DistillationTest.sources(), ModelState.startingFrom(HostVector.of(student))));
                assertEquals(
                        "the teacher of stay takes 1x8x8, the network 1x8x8 with num_class_embeds 3", e.getMessage());
            }
        }
    }

    private static double firstLoss(TrainingSettings settings, NoisePredictor taught, float[] student) {
        List<Source> sources = List.of(TinyRun.source("objective", 20, 30), Source.distillation("stay", taught));
        try (PrimalTraining training =
                new PrimalTraining(settings, sources, ModelState.startingFrom(HostVector.of(student)))) {
            return training.step(new Multipliers(new double[] {2}))
                    .sources()
                    .get(1)
                    .loss();
        }
    }

    @Test
    void shouldRefuseATeacherOfOtherImagesAndAnObjectiveWithoutAny() {
        UNet2DConfig larger = UNet2DConfig.of(16, 1, List.of(8, 8), 1, 4);
        TrainingSettings settings = TinyRun.settings(BatchingMode.MIXTURE, 10, Precision.FP32, 0, 5);
        ModelState start = ModelState.initial(TinyRun.NETWORK, 1);
        try (UNet2D other = UNet2D.compile(larger);
                NoisePredictor of16 = new NoisePredictor(other, other.layout().initialValues(1), Precision.FP32)) {
            List<Source> wrongSize = List.of(TinyRun.source("objective", 20, 30), Source.distillation("stay", of16));
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> new PrimalTraining(settings, wrongSize, start));
            assertTrue(e.getMessage().startsWith("the teacher of stay takes "), e.getMessage());
        }
        List<Source> noImages = List.of(Source.distillation("objective", teacher));
        assertThrows(IllegalArgumentException.class, () -> new PrimalTraining(settings, noImages, start));
    }
}
