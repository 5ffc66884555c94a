package io.saddle.diffusion.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.Golden;
import io.saddle.diffusion.sampling.DdimSampler;
import io.saddle.diffusion.sampling.DdpmSampler;
import io.saddle.diffusion.sampling.Sampler;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchedulerGoldenTest {
    private static final float TOLERANCE = 1e-5f;

    private static NoiseSchedule schedule(JsonNode golden) {
        return NoiseSchedule.of(SchedulerConfig.fromJson(golden.get("config")).schedule(), "the test");
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear-1000", "cosine-1000"})
    void shouldHaveDiffusersAlphasCumprod(String name) throws IOException {
        JsonNode golden = Golden.json("schedulers.json").get(name);
        float[] alphasCumprod = schedule(golden).alphasCumprod();
        for (Map.Entry<String, JsonNode> entry : golden.get("alphas_cumprod").properties()) {
            double expected = entry.getValue().asDouble();
            assertEquals(
                    expected,
                    alphasCumprod[Integer.parseInt(entry.getKey())],
                    1e-5 * expected,
                    "t = " + entry.getKey());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear-1000", "cosine-1000"})
    void shouldAddNoiseLikeDiffusers(String name) throws IOException {
        JsonNode golden = Golden.json("schedulers.json").get(name);
        ForwardProcess process = new ForwardProcess(schedule(golden), PredictionType.EPSILON);
        for (Map.Entry<String, JsonNode> entry : golden.get("add_noise").properties()) {
            float[] x = Golden.floats(golden.get("x0"));
            float[] eps = Golden.floats(golden.get("noise"));
            process.apply(Integer.parseInt(entry.getKey()), x, eps, 0, x.length);
            assertArrayEquals(Golden.floats(entry.getValue()), x, TOLERANCE);
            assertArrayEquals(Golden.floats(golden.get("noise")), eps, "the target of epsilon prediction is the noise");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear-1000", "cosine-1000"})
    void shouldSpaceDdimTimestepsLikeDiffusers(String name) throws IOException {
        JsonNode golden = Golden.json("schedulers.json").get(name);
        for (int steps : new int[] {10, 50, 1000}) {
            float[] timesteps = new DdimSampler(schedule(golden), PredictionType.EPSILON, steps, 0).timesteps();
            JsonNode expected = golden.get("ddim_timesteps_" + steps);
            assertEquals(steps, timesteps.length);
            for (int i = 0; i < 5; i++) {
                assertEquals(expected.get(i).asInt(), timesteps[i]);
                assertEquals(expected.get(9 - i).asInt(), timesteps[steps - 1 - i]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear-1000", "cosine-1000"})
    void shouldStepLikeDiffusersDdim(String name) throws IOException {
        JsonNode golden = Golden.json("schedulers.json").get(name);
        Sampler sampler = new DdimSampler(schedule(golden), PredictionType.EPSILON, 50, 0);
        for (Map.Entry<String, JsonNode> entry : golden.get("ddim_step_50_eta0").properties()) {
            int t = Integer.parseInt(entry.getKey());
            float[] sample = Golden.floats(golden.get("x0"));
            sampler.begin(sample.length).step(Golden.floats(golden.get("noise")), t, sample, null);
            assertArrayEquals(Golden.floats(entry.getValue()), sample, TOLERANCE, "t = " + t);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear-1000", "cosine-1000"})
    void shouldStepLikeDiffusersDdpm(String name) throws IOException {
        JsonNode golden = Golden.json("schedulers.json").get(name);
        Sampler sampler = new DdpmSampler(schedule(golden), PredictionType.EPSILON, 1000);
        for (Map.Entry<String, JsonNode> entry : golden.get("ddpm_step").properties()) {
            int t = Integer.parseInt(entry.getKey());
            float[] sample = Golden.floats(golden.get("x0"));
            float[] z = Golden.floats(entry.getValue().get("z"));
            sampler.begin(sample.length).step(Golden.floats(golden.get("noise")), t, sample, z);
            assertArrayEquals(Golden.floats(entry.getValue().get("prev_sample")), sample, TOLERANCE, "t = " + t);
        }
    }
}
