package io.saddle.diffusion.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A diffusers {@code scheduler_config.json} of a DDPMScheduler (DDIM's and others' are read as well: they share the noise
 * schedule).
 *
 * @param schedule the noise schedule
 * @param prediction what the network predicts
 */
public record SchedulerConfig(NoiseSchedule schedule, PredictionType prediction) {

    /**
     * @throws IllegalArgumentException listing every setting that this library does not support
     */
    public static SchedulerConfig fromJson(JsonNode json) {
        List<String> problems = new ArrayList<>();
        if (json.hasNonNull("trained_betas")) {
            problems.add("trained_betas: only named beta schedules are supported");
        }
        BetaSchedule beta = BetaSchedule.LINEAR;
        PredictionType prediction = PredictionType.EPSILON;
        try {
            beta = BetaSchedule.fromDiffusersName(json.path("beta_schedule").asText("linear"));
        } catch (IllegalArgumentException e) {
            problems.add(e.getMessage());
        }
        try {
            prediction = PredictionType.fromDiffusersName(
                    json.path("prediction_type").asText("epsilon"));
        } catch (IllegalArgumentException e) {
            problems.add(e.getMessage());
        }
        boolean zeroTerminalSnr = json.path("rescale_betas_zero_snr").asBoolean(false);
        if (zeroTerminalSnr && prediction == PredictionType.EPSILON) {
            problems.add(
                    "rescale_betas_zero_snr: nothing of an image is left in the last timestep, so that the network has to predict"
                            + " v_prediction, not epsilon");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("scheduler_config.json: " + String.join("; ", problems));
        }
        NoiseSchedule schedule = new NoiseSchedule(
                beta,
                json.path("num_train_timesteps").asInt(1000),
                json.path("beta_start").asDouble(1e-4),
                json.path("beta_end").asDouble(0.02),
                zeroTerminalSnr);
        return new SchedulerConfig(schedule, prediction);
    }

    /** The configuration as diffusers' DDPMScheduler writes it. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("_class_name", "DDPMScheduler");
        json.put("_diffusers_version", "0.31.0");
        json.put("beta_end", schedule.betaEnd());
        json.put("beta_schedule", schedule.beta().diffusersName());
        json.put("beta_start", schedule.betaStart());
        json.put("clip_sample", true);
        json.put("clip_sample_range", 1.0);
        json.put("dynamic_thresholding_ratio", 0.995);
        json.put("num_train_timesteps", schedule.trainTimesteps());
        json.put("prediction_type", prediction.diffusersName());
        json.put("rescale_betas_zero_snr", schedule.zeroTerminalSnr());
        json.put("sample_max_value", 1.0);
        json.put("steps_offset", 0);
        json.put("thresholding", false);
        // Where the last timestep is another one, it is sampled from.
        json.put("timestep_spacing", schedule.zeroTerminalSnr() ? "trailing" : "leading");
        json.putNull("trained_betas");
        json.put("variance_type", "fixed_small");
        return json;
    }
}
