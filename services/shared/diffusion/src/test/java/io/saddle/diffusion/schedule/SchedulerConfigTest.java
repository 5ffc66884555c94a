package io.saddle.diffusion.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
