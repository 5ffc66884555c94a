package io.saddle.diffusion.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchedulerConfigTest {

    private static JsonNode json(Map<String, Object> config) {
        return new ObjectMapper().valueToTree(config);
    }

    private static String refusal(Map<String, Object> config) {
        return assertThrows(IllegalArgumentException.class, () -> SchedulerConfig.fromJson(json(config)))
                .getMessage();
    }

    /** They were read as a linear schedule of betas, which nobody had named: the network was asked at noise levels that it does not know. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "EDMEulerScheduler",
                "EDMDPMSolverMultistepScheduler",
                "ScoreSdeVeScheduler",
                "KarrasVeScheduler",
                "CMStochasticIterativeScheduler",
                "VQDiffusionScheduler"
            })
    void shouldRefuseNoiseLevelsThatAreNoBetaSchedules(String scheduler) {
        String refusal = refusal(Map.of("_class_name", scheduler, "sigma_min", 0.002, "sigma_max", 80));
        assertTrue(refusal.contains("_class_name " + scheduler + " is not supported"), refusal);
    }

    @Test
    void shouldNotGiveASchedulerTheDefaultsOfAnother() throws IOException {
        String refusal = refusal(Map.of("_class_name", "LCMScheduler", "beta_end", 0.012));
        assertTrue(
                refusal.contains("beta_schedule: is missing") && refusal.contains("beta_start: is missing"), refusal);
        assertTrue(!refusal.contains("beta_end: is missing"), refusal);
        Map<String, Object> whole = Map.of(
                "_class_name",
                "LCMScheduler",
                "beta_schedule",
                "scaled_linear",
                "beta_start",
                0.00085,
                "beta_end",
                0.012);
        assertEquals(
                new NoiseSchedule(BetaSchedule.SCALED_LINEAR, 1000, 0.00085, 0.012),
                SchedulerConfig.fromJson(json(whole)).schedule());
    }

    /** They were taken for their defaults: a network trained on other noise levels than its file says. */
    @ParameterizedTest
    @CsvSource({
        "DDPMScheduler, num_train_timesteps, abc, a whole number",
        "DDPMScheduler, num_train_timesteps, 1e12, a whole number",
        "DDPMScheduler, beta_start, lots, a number",
        "DDPMScheduler, beta_end, 0.02, a number",
        "DDPMScheduler, clip_sample, no, true or false",
        "DDPMScheduler, rescale_betas_zero_snr, yes, true or false",
        "FlowMatchEulerDiscreteScheduler, shift, three, a number",
        "FlowMatchEulerDiscreteScheduler, use_dynamic_shifting, yes, true or false"
    })
    void shouldRefuseWhatIsOfAnotherType(String scheduler, String key, String text, String expected) {
        Object value = text.equals("1e12") ? 1e12 : text;
        String refusal = refusal(Map.of("_class_name", scheduler, key, value));
        assertTrue(refusal.contains(key + ": must be " + expected + ", was "), refusal);
    }

    @Test
    void shouldNameAllThatIsOfAnotherType() {
        String refusal = refusal(Map.of("beta_schedule", 5, "prediction_type", true, "_class_name", List.of()));
        for (String key : List.of("beta_schedule", "prediction_type", "_class_name")) {
            assertTrue(refusal.contains(key + ": must be a text"), refusal);
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> SchedulerConfig.fromJson(new ObjectMapper().createArrayNode()),
                "a list has no settings");
    }

    /** diffusers' own files have nulls for what a class does not use. */
    @Test
    void shouldTakeNullForMissing() {
        Map<String, Object> nulls = new HashMap<>();
        for (String key :
                List.of("num_train_timesteps", "beta_start", "beta_schedule", "clip_sample", "trained_betas")) {
            nulls.put(key, null);
        }
        assertEquals(SchedulerConfig.fromJson(json(Map.of())), SchedulerConfig.fromJson(json(nulls)));
    }

    @Test
    void shouldReadASamplersConfigurationAsTheScheduleThatItSharesWithTraining() {
        NoiseSchedule expected = new NoiseSchedule(BetaSchedule.LINEAR, 1000, 1e-4, 0.02);
        for (String scheduler : new String[] {"DDIMScheduler", "UniPCMultistepScheduler"}) {
            assertEquals(
                    expected,
                    SchedulerConfig.fromJson(json(Map.of("_class_name", scheduler)))
                            .schedule());
        }
        assertEquals(expected, SchedulerConfig.fromJson(json(Map.of())).schedule());
        String refusal = refusal(Map.of("_class_name", "UniPCMultistepScheduler", "use_flow_sigmas", true));
        assertTrue(refusal.contains("use_flow_sigmas: only false is supported"), refusal);
    }
}
