package io.saddle.diffusion.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A diffusers {@code scheduler_config.json} of a DDPMScheduler (DDIM's and others' are read as well: they share the noise
 * schedule) or, of a flow, of a FlowMatchEulerDiscreteScheduler.
 *
 * @param schedule the noise levels
 * @param prediction what the network predicts
 * @param clip whether a sampler clips what it takes for the image to -1..1, as it does for pixels
 */
public record SchedulerConfig(ForwardSchedule schedule, PredictionType prediction, boolean clip) {
    private static final String CLASS = "_class_name";
    private static final String FLOW = "FlowMatchEulerDiscreteScheduler";
    private static final PredictionType[] OF_BETAS = {PredictionType.EPSILON, PredictionType.V_PREDICTION};

    /**
     * @throws IllegalArgumentException if the prediction is of another process
     */
    public SchedulerConfig {
        schedule.require(prediction);
    }

    /**
     * @throws IllegalArgumentException listing every setting that this library does not support
     */
    public static SchedulerConfig fromJson(JsonNode json) {
        List<String> problems = new ArrayList<>();
        String scheduler = json.path(CLASS).asText();
        if (scheduler.equals(FLOW)) {
            return flow(json, problems);
        }
        if (scheduler.startsWith("FlowMatch")) {
            problems.add(CLASS + " " + scheduler + " is not supported; of flows " + FLOW + " is");
        }
        return ofBetas(json, problems);
    }

    private static SchedulerConfig flow(JsonNode json, List<String> problems) {
        for (String key : List.of("use_dynamic_shifting", "invert_sigmas")) {
            if (json.path(key).asBoolean(false)) {
                problems.add(key + ": only false is supported");
            }
        }
        refuse(problems);
        return new SchedulerConfig(
                new FlowSchedule(
                        json.path("num_train_timesteps").asInt(1000),
                        json.path("shift").asDouble(1)),
                PredictionType.FLOW,
                false);
    }

    private static SchedulerConfig ofBetas(JsonNode json, List<String> problems) {
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
            prediction = DiffusersNames.parse(
                    "prediction_type", json.path("prediction_type").asText("epsilon"), OF_BETAS);
        } catch (IllegalArgumentException e) {
            problems.add(e.getMessage());
        }
        boolean zeroTerminalSnr = json.path("rescale_betas_zero_snr").asBoolean(false);
        if (zeroTerminalSnr && prediction == PredictionType.EPSILON) {
            problems.add(
                    "rescale_betas_zero_snr: nothing of an image is left in the last timestep, so that the network has to predict"
                            + " v_prediction, not epsilon");
        }
        refuse(problems);
        NoiseSchedule schedule = new NoiseSchedule(
                beta,
                json.path("num_train_timesteps").asInt(1000),
                json.path("beta_start").asDouble(1e-4),
                json.path("beta_end").asDouble(0.02),
                zeroTerminalSnr);
        return new SchedulerConfig(
                schedule, prediction, json.path("clip_sample").asBoolean(true));
    }

    private static void refuse(List<String> problems) {
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("scheduler_config.json: " + String.join("; ", problems));
        }
    }

    /** The name of diffusers' class. */
    public String className() {
        return schedule instanceof FlowSchedule ? FLOW : "DDPMScheduler";
    }

    /** The configuration as diffusers writes it. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put(CLASS, className());
        json.put("_diffusers_version", "0.31.0");
        return schedule instanceof FlowSchedule flow
                ? write(flow, json)
                : write(NoiseSchedule.of(schedule, CLASS), json);
    }

    private static ObjectNode write(FlowSchedule flow, ObjectNode json) {
        return json.put("base_image_seq_len", 256)
                .put("base_shift", 0.5)
                .put("max_image_seq_len", 4096)
                .put("max_shift", 1.15)
                .put("num_train_timesteps", flow.trainTimesteps())
                .put("shift", flow.shift())
                .put("use_dynamic_shifting", false);
    }

    private ObjectNode write(NoiseSchedule betas, ObjectNode json) {
        json.put("beta_end", betas.betaEnd());
        json.put("beta_schedule", betas.beta().diffusersName());
        json.put("beta_start", betas.betaStart());
        json.put("clip_sample", clip);
        json.put("clip_sample_range", 1.0);
        json.put("dynamic_thresholding_ratio", 0.995);
        json.put("num_train_timesteps", betas.trainTimesteps());
        json.put("prediction_type", prediction.diffusersName());
        json.put("rescale_betas_zero_snr", betas.zeroTerminalSnr());
        json.put("sample_max_value", 1.0);
        json.put("steps_offset", 0);
        json.put("thresholding", false);
        // Where the last timestep is another one, it is sampled from.
        json.put("timestep_spacing", betas.zeroTerminalSnr() ? "trailing" : "leading");
        json.putNull("trained_betas");
        json.put("variance_type", "fixed_small");
        return json;
    }
}
