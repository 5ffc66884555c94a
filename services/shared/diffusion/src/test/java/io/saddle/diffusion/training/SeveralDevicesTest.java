package io.saddle.diffusion.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.torch.HostVector;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Training on several devices beside the same on one with as many threads in all: logical devices, each with weights of its own. */
class SeveralDevicesTest {

    private static final Multipliers LAMBDA = new Multipliers(0.7, 0.4);
    private static final int STEPS = 3;

    private static UNet2D network;
    private static HostVector taught;
    private static NoisePredictor teacher;
    private static ModelState initial;

    @BeforeAll
    static void makeTeacher() {
        network = UNet2D.compile(TinyRun.NETWORK);
        taught = network.layout().initialValues(9);
        teacher = new NoisePredictor(network, taught, Precision.FP32);
        initial = ModelState.initial(TinyRun.NETWORK, 3);
    }

    @AfterAll
    static void close() {
        initial.close();
        teacher.close();
        taught.close();
        network.close();
    }

    /** A constraint on images, and one with a teacher. */
    private static List<Source> sources() {
        return Stream.concat(TinyRun.sources().stream(), Stream.of(Source.distillation("stay", teacher)))
                .toList();
    }

    /** Every second step measures each source's gradient by itself. */
    private static PrimalTraining training(
            String devices, int threads, BatchingMode batching, int batch, Precision precision) {
        TrainingSettings one = TinyRun.settings(batching, batch, precision, 2, 5);
        return new PrimalTraining(TinyRun.onDevices(one, devices, threads), sources(), initial);
    }

    private static PrimalTraining training(String devices, int threads) {
        return training(devices, threads, BatchingMode.MIXTURE, 8, Precision.FP32);
    }

    /** All that the steps say, but for their times. */
    private static List<List<Object>> run(PrimalTraining training, int steps) {
        List<List<Object>> said = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            StepReport report = training.step(LAMBDA);
            assertTrue(report.finite());
            said.add(List.of(
                    report.step(),
                    report.lagrangianLoss(),
                    report.sources(),
                    report.gradientNorm(),
                    report.blockGradientNorms(),
                    report.clipped()));
        }
        return said;
    }

    private static void assertSameState(PrimalTraining expected, PrimalTraining actual) {
        try (ModelState one = expected.capture();
                ModelState other = actual.capture()) {
            assertEquals(one.step(), other.step());
            assertArrayEquals(one.weights().toFloats(), other.weights().toFloats(), "weights");
            assertArrayEquals(one.adamMean().toFloats(), other.adamMean().toFloats(), "mean");
            assertArrayEquals(
                    one.adamVariance().toFloats(), other.adamVariance().toFloats(), "variance");
            assertArrayEquals(one.ema().toFloats(), other.ema().toFloats(), "average");
        }
    }

    private static Stream<Arguments> modes() {
        return Stream.of(Precision.values())
                .flatMap(precision ->
                        Stream.of(BatchingMode.values()).map(batching -> Arguments.of(precision, batching)));
    }

    @ParameterizedTest
    @MethodSource("modes")
    void shouldTakeTheStepsOfOneDeviceToTheLastBit(Precision precision, BatchingMode batching) {
        try (PrimalTraining one = training("cpu", 2, batching, 8, precision);
                PrimalTraining two = training("cpu,cpu", 2, batching, 8, precision)) {
            assertEquals(run(one, STEPS), run(two, STEPS));
            assertSameState(one, two);
        }
    }

    /** Each device has as many, and one at least. */
    @ParameterizedTest
    @CsvSource({"'cpu,cpu', 1, 2", "'cpu,cpu', 3, 2", "'cpu,cpu', 4, 4", "'cpu,cpu,cpu', 7, 6"})
    void shouldShareTheThreadsOutAmongDevices(String devices, int threads, int inAll) {
        try (PrimalTraining one = training("cpu", inAll);
                PrimalTraining several = training(devices, threads)) {
            assertEquals(run(one, STEPS), run(several, STEPS));
            assertSameState(one, several);
        }
    }

    /** The first shards have no rows: the sum begins with a gradient of another device, and others come the same way after it. */
    @ParameterizedTest
    @CsvSource({"'cpu,cpu', 2, 1", "'cpu,cpu,cpu', 3, 2"})
    void shouldAddUpWhereThePrimaryDeviceHasNoRows(String devices, int threads, int batch) {
        try (PrimalTraining one = training("cpu", threads, BatchingMode.MIXTURE, batch, Precision.FP32);
                PrimalTraining several = training(devices, threads, BatchingMode.MIXTURE, batch, Precision.FP32)) {
            assertEquals(run(one, STEPS), run(several, STEPS));
            assertSameState(one, several);
        }
    }

    /** From one device to several and back, over weights that are others on each of them. */
    @Test
    void shouldGoOnFromAStateOfOneDeviceAndOneOfSeveral() {
        try (PrimalTraining undisturbed = training("cpu", 2);
                PrimalTraining several = training("cpu,cpu", 2);
                PrimalTraining one = training("cpu", 2)) {
            run(undisturbed, 2);
            run(several, 4);
            try (ModelState early = undisturbed.capture()) {
                several.restore(early);
            }
            List<List<Object>> expected = run(undisturbed, 3);
            assertEquals(expected, run(several, 3));
            assertSameState(undisturbed, several);
            try (ModelState late = several.capture()) {
                one.restore(late);
            }
            assertEquals(run(undisturbed, 2), run(one, 2));
            assertSameState(undisturbed, one);
        }
    }

    /** A step that is not finite changes no device's weights. */
    @Test
    void shouldGoOnAfterAStepThatIsNotFinite() {
        try (PrimalTraining one = training("cpu", 2);
                PrimalTraining several = training("cpu,cpu", 2)) {
            run(one, 1);
            run(several, 1);
            assertFalse(several.step(new Multipliers(1e40, 1e40)).finite());
            assertEquals(run(one, 2), run(several, 2));
            assertSameState(one, several);
        }
    }

    /** Logical devices read one copy of its weights. */
    @Test
    void shouldAskTheTeacherItselfWhereItIs() {
        assertSame(teacher, teacher.on(Device.cpu()));
    }
}
