package io.saddle.lab.bench.pytorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.network.Precision;
import io.saddle.lab.bench.BenchException;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.PythonPeer;
import io.saddle.lab.bench.Side;
import io.saddle.lab.bench.pytorch.PyTorchVariant.Attention;
import io.saddle.lab.bench.pytorch.PyTorchVariant.Layout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VariantTrialsTest {

    private static final PyTorchVariant FOLDED =
            new PyTorchVariant(Layout.CHANNELS_LAST, true, Attention.FOLDED, false);

    private final List<PyTorchVariant> tried = new ArrayList<>();

    /** Figures that the variants are said to have; the compiler's are missing. */
    private VariantTrials trials(Map<PyTorchVariant, Double> figures, boolean smallerIsFaster) {
        return new VariantTrials(
                variant -> {
                    tried.add(variant);
                    if (variant.compiled()) {
                        throw new BenchException("PyTorch: inductor raised:\nno C++ compiler\n\nthe end of its log");
                    }
                    return Side.Measured.ofMillis(variant.title(), figures.getOrDefault(variant, 5.0));
                },
                smallerIsFaster);
    }

    @Test
    void shouldTryEveryCombinationOnce() {
        List<PyTorchVariant> fp32 = PyTorchVariant.all(Precision.FP32, false);
        List<PyTorchVariant> bf16 = PyTorchVariant.all(Precision.BF16, false);

        assertEquals(8, new HashSet<>(fp32).size());
        assertEquals(12, new HashSet<>(bf16).size());
        assertEquals(PyTorchVariant.AS_IT_COMES, fp32.get(0));
        assertTrue(fp32.stream().noneMatch(variant -> variant.attention() == Attention.FP32));
        assertTrue(bf16.containsAll(fp32));
    }

    @Test
    void shouldSendTheFastestAndTheOneAsItComesOn() {
        PyTorchVariant second = new PyTorchVariant(Layout.CONTIGUOUS, true, Attention.AS_IT_COMES, false);
        VariantTrials times = trials(Map.of(FOLDED, 1.0, second, 2.0), true);
        times.run("test", Precision.FP32, false);
        VariantTrials rates = trials(Map.of(FOLDED, 9.0, PyTorchVariant.AS_IT_COMES, 10.0), false);
        rates.run("test", Precision.FP32, false);

        assertEquals(List.of(PyTorchVariant.AS_IT_COMES, FOLDED, second), times.finalists());
        assertEquals(List.of(PyTorchVariant.AS_IT_COMES, FOLDED), rates.finalists());
    }

    @Test
    void shouldCompileEveryAttentionAndSayWhyThatFails() {
        VariantTrials trials = trials(Map.of(FOLDED, 1.0), true);
        trials.run("test", Precision.FP32, true);

        assertEquals(16, tried.size());
        assertEquals(PyTorchVariant.all(Precision.FP32, true), tried.subList(8, 16));
        assertFalse(trials.finalists().stream().anyMatch(PyTorchVariant::compiled));
        assertTrue(
                trials.summary()
                        .endsWith(
                                "torch.compile, contiguous does not run here: PyTorch: inductor raised: no C++ compiler"),
                trials.summary());
        assertEquals(16, trials.toJson().path("variants").size());
    }

    @Test
    void shouldBeTheProcessesEnvironmentAndConfiguration() {
        assertEquals("eager, contiguous", PyTorchVariant.AS_IT_COMES.title());
        assertEquals("eager, channels-last, tuned malloc, heads folded", FOLDED.title());
        assertTrue(FOLDED.environment(Path.of("c")).entrySet().containsAll(PythonPeer.TUNED_MALLOC.entrySet()));
        assertEquals(1, PyTorchVariant.AS_IT_COMES.environment(Path.of("c")).size());
        assertEquals(
                "{\"threads\":2,\"variant\":{\"layout\":\"channels-last\",\"attention\":\"folded\",\"compiled\":false}}",
                FOLDED.in(Json.object().put("threads", 2)).toString());
    }
}
