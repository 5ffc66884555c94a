package io.saddle.diffusion.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.ComputeDevice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrecisionChoiceTest {
    private static PrecisionChoice.Timing unasked() {
        throw new IllegalStateException("nothing is to be measured");
    }

    @ParameterizedTest
    @CsvSource({"20, 10, BF16", "10, 20, FP32", "10, 10, FP32"})
    void shouldTakeTheFasterOneOfAProcessorWithNativeBf16(double fp32, double bf16, Precision expected) {
        PrecisionChoice choice = PrecisionChoice.of(false, true, () -> new PrecisionChoice.Timing(fp32, bf16));
        assertEquals(expected, choice.precision());
        assertEquals("measured %s ms in bf16, %s ms in fp32".formatted(bf16, fp32), choice.reason());
    }

    @Test
    void shouldMeasureNothingWithoutNativeBf16AndOnAGpu() {
        assertEquals(
                Precision.FP32,
                PrecisionChoice.of(false, false, PrecisionChoiceTest::unasked).precision());
        assertEquals(
                Precision.FP32,
                PrecisionChoice.of(true, false, PrecisionChoiceTest::unasked).precision());
        assertEquals(
                Precision.BF16,
                PrecisionChoice.of(true, true, PrecisionChoiceTest::unasked).precision());
    }

    @Test
    void shouldChooseOnceForTheProcessor() {
        PrecisionChoice choice = PrecisionChoice.on(new ComputeDevice("cpu"));
        assertSame(choice, PrecisionChoice.on(new ComputeDevice("cpu")));
    }

    @Test
    void shouldRefuseADeviceThatIsNotThere() {
        assertThrows(IllegalArgumentException.class, () -> PrecisionChoice.on(new ComputeDevice("cuda:99")));
    }
}
