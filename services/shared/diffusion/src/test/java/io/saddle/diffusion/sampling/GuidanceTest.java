package io.saddle.diffusion.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.diffusion.Golden;
import io.saddle.diffusion.files.FlatTensors;
import io.saddle.diffusion.files.TensorFile;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.network.UNet2DConfigJson;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Images of chosen classes, with guidance and without. */
class GuidanceTest {
    private static final UNet2DConfig CONFIG =
            UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4).withClassEmbeds(4);
    private static final NoiseSchedule SCHEDULE = NoiseSchedule.cosine(100);
    private static final Sampler DDIM = new DdimSampler(SCHEDULE, PredictionType.V_PREDICTION, 5, 0);
    private static final SampleLabels ANY = SampleLabels.inTurn(1, 0, 1, 2);

    private static UNet2D network;
    private static NoisePredictor model;

    @BeforeAll
    static void compile() {
        network = UNet2D.compile(CONFIG);
        model = new NoisePredictor(network, network.layout().initialValues(1), Precision.FP32);
    }

    @AfterAll
    static void close() {
        model.close();
        network.close();
    }

    private static ImageBatch sample(Sampler sampler, SampleLabels labels, Guidance guidance, int batch, int workers) {
        return new ImageSampler(model, sampler, labels, guidance).sample(7, 3, batch, workers);
    }

    private static int[] ints(TensorFile io, String name) {
        return Arrays.stream(io.get(name).toLongs()).mapToInt(Math::toIntExact).toArray();
    }

    private static float[] floats(int[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = values[i];
        }
        return floats;
    }

    @Test
    void shouldPredictWhatDiffusersPredictsUnderGuidance() throws IOException {
        JsonNode json =
                new ObjectMapper().readTree(Golden.file("guidance-a.json").toFile());
        TensorFile io = TensorFile.read(Golden.file("guidance-a.io.safetensors"));
        Path file = Golden.file("guidance-a.weights.safetensors");
        UNet2DConfig config = UNet2DConfigJson.read(json.get("config"));
        assertEquals(json.get("null_class").asInt(), config.nullClass());
        try (UNet2D golden = UNet2D.compile(config);
                NoisePredictor predictor =
                        new NoisePredictor(golden, FlatTensors.read(file, golden.layout()), Precision.FP32)) {
            float[] x = io.get("sample").toFloats();
            float[] t = floats(ints(io, "timestep"));
            int[] labels = ints(io, "class_labels");
            int[] none = new int[labels.length];
            Arrays.fill(none, config.nullClass());
            assertArrayEquals(io.get("eps_cond").toFloats(), predictor.predict(x, t, labels), 1e-4f);
            assertArrayEquals(io.get("eps_uncond").toFloats(), predictor.predict(x, t, none), 1e-4f);
            Guidance guidance = new Guidance(json.get("guidance_scale").asDouble());
            assertArrayEquals(io.get("eps_guided").toFloats(), guidance.predict(predictor, x, t, labels), 5e-4f);
        }
    }

    @Test
    void shouldMakeTheSameImagesWhateverTheBatchIs() {
        for (Sampler sampler : List.of(
                DDIM,
                new DdimSampler(SCHEDULE, PredictionType.EPSILON, 5, 0.5),
                new DdpmSampler(SCHEDULE, PredictionType.V_PREDICTION, 10),
                DpmSolverSampler.of(SCHEDULE, PredictionType.V_PREDICTION, 5),
                new EulerSampler(SCHEDULE, PredictionType.V_PREDICTION, TimestepSpacing.LINSPACE, 5, true))) {
            for (Guidance guidance : new Guidance[] {null, new Guidance(2.5)}) {
                ImageBatch together = sample(sampler, ANY, guidance, 7, 1);
                ImageBatch inParts = sample(sampler, ANY, guidance, 2, 2);
                assertArrayEquals(together.pixels(), inParts.pixels(), 1e-4f);
                ImageBatch later = new ImageSampler(model, sampler, ANY, guidance).sample(4, 3, 3, 3, 1, steps -> {});
                assertArrayEquals(together.slice(4, 7).pixels(), later.pixels(), 1e-4f);
            }
        }
    }

    @Test
    void shouldNotGuideWithAScaleOf1AndMoveAwayFromNoClassWithMore() {
        ImageBatch plain = sample(DDIM, ANY, null, 7, 1);
        assertArrayEquals(
                plain.pixels(), sample(DDIM, ANY, new Guidance(1), 7, 1).pixels());
        assertFalse(Arrays.equals(
                plain.pixels(), sample(DDIM, ANY, new Guidance(2), 7, 1).pixels()));
        ImageBatch none = sample(DDIM, SampleLabels.inTurn(3), null, 7, 1);
        assertArrayEquals(
                none.pixels(), sample(DDIM, ANY, new Guidance(0), 7, 1).pixels(), 1e-4f);
        assertArrayEquals(
                none.pixels(),
                sample(DDIM, SampleLabels.inTurn(3), new Guidance(9), 7, 1).pixels(),
                1e-4f);
    }

    @Test
    void shouldGiveEveryImageTheClassOfItsPosition() {
        ImageBatch mixed = sample(DDIM, SampleLabels.inTurn(0, 2), null, 7, 1);
        assertArrayEquals(
                sample(DDIM, SampleLabels.inTurn(0), null, 7, 1).slice(4, 5).pixels(),
                mixed.slice(4, 5).pixels(),
                1e-4f);
        assertArrayEquals(
                sample(DDIM, SampleLabels.inTurn(2), null, 7, 1).slice(5, 6).pixels(),
                mixed.slice(5, 6).pixels(),
                1e-4f);
    }

    @Test
    void shouldRefuseToShowNoClass() {
        assertThrows(IllegalArgumentException.class, SampleLabels::inTurn);
    }

    @Test
    void shouldCountTheStepsOfImagesUnderGuidanceToo() {
        LongAdder steps = new LongAdder();
        new ImageSampler(model, DDIM, ANY, new Guidance(2)).sample(5, 1, 2, 2, steps::add);
        assertEquals(5 * 5, steps.sum());
    }

    @Test
    void shouldAskForClassesWhereTheNetworkDoes() {
        String missing = assertThrows(IllegalArgumentException.class, () -> new ImageSampler(model, DDIM))
                .getMessage();
        assertTrue(missing.contains("1x8x8 with num_class_embeds 4: say which classes"), missing);
        assertThrows(IllegalArgumentException.class, () -> sample(DDIM, SampleLabels.inTurn(4), null, 7, 1));
        UNet2DConfig plain = UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4);
        try (UNet2D other = UNet2D.compile(plain);
                NoisePredictor without =
                        new NoisePredictor(other, other.layout().initialValues(1), Precision.FP32)) {
            assertThrows(IllegalArgumentException.class, () -> new ImageSampler(without, DDIM, ANY, null));
            assertThrows(IllegalStateException.class, () -> new ImageSampler(without, DDIM, null, new Guidance(2)));
        }
        assertThrows(IllegalArgumentException.class, () -> new Guidance(Double.NaN));
    }

    /** An evaluator's memory is reckoned for so many rows a thread: it took twice that under guidance. */
    @Test
    void shouldPutNoMoreRowsThroughTheNetworkUnderGuidance() {
        for (double scale : new double[] {1, 2}) {
            List<Integer> together = new ArrayList<>();
            new ImageSampler(model, DDIM, ANY, new Guidance(scale)).sample(8, 3, 4, 1, together::add);
            assertEquals(Set.of(scale == 1 ? 4 : 2), Set.copyOf(together));
        }
    }
}
