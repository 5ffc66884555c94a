package io.saddle.diffusion.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.sampling.DdimSampler;
import org.junit.jupiter.api.Test;

class ForwardProcessTest {
    private static final NoiseSchedule SCHEDULE = NoiseSchedule.cosine(1000);

    @Test
    void shouldRecoverTheImageFromItsVelocity() {
        float[] image = {0.5f, -0.25f, 0.9f};
        float[] x = image.clone();
        float[] target = {1.5f, -0.3f, 0.2f};
        new ForwardProcess(SCHEDULE, PredictionType.V_PREDICTION).apply(600, x, target, 0, 3);
        double alphaBar = SCHEDULE.alphasCumprod()[600];
        for (int i = 0; i < 3; i++) {
            double x0 = Math.sqrt(alphaBar) * x[i] - Math.sqrt(1 - alphaBar) * target[i];
            assertEquals(image[i], x0, 1e-6);
        }
    }

    @Test
    void shouldReachTheSameNextSampleWithBothPredictionTypes() {
        float[] noise = {1.5f, -0.3f, 0.2f};
        float[] x = {0.5f, -0.25f, 0.9f};
        float[] xForVelocity = x.clone();
        float[] velocity = noise.clone();
        new ForwardProcess(SCHEDULE, PredictionType.EPSILON).apply(600, x, noise, 0, 3);
        new ForwardProcess(SCHEDULE, PredictionType.V_PREDICTION).apply(600, xForVelocity, velocity, 0, 3);
        new DdimSampler(SCHEDULE, PredictionType.EPSILON, 50, 0).begin(3).step(noise, 600, x, null);
        new DdimSampler(SCHEDULE, PredictionType.V_PREDICTION, 50, 0).begin(3).step(velocity, 600, xForVelocity, null);
        assertArrayEquals(x, xForVelocity, 1e-5f);
    }

    @Test
    void shouldRoundTripTheSchedulerConfiguration() {
        SchedulerConfig config = new SchedulerConfig(SCHEDULE, PredictionType.V_PREDICTION, true);
        assertEquals(config, SchedulerConfig.fromJson(config.toJson()));
    }

    @Test
    void shouldListEveryUnsupportedSchedulerSetting() {
        ObjectNode json = new SchedulerConfig(SCHEDULE, PredictionType.EPSILON, true).toJson();
        json.put("beta_schedule", "sigmoid");
        json.put("prediction_type", "sample");
        String message = assertThrows(IllegalArgumentException.class, () -> SchedulerConfig.fromJson(json))
                .getMessage();
        assertTrue(message.contains("sigmoid") && message.contains("sample"), message);
    }
}
