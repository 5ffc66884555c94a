package io.saddle.diffusion.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A diffusers {@code scheduler_config.json} of a DDPMScheduler (DDIM's and others' are read as well: they share the noise
 * schedule) or, of a flow, of a FlowMatchEulerDiscreteScheduler. What a scheduler says of sampling alone (variance, thresholding, spacing) is
 * read over: a run names its own sampler.
 *
 * @param schedule the noise levels
 * @param prediction what the network predicts
 * @param clip whether a sampler clips what it takes for the image to -1..1, as it does for pixels
 */
public record SchedulerConfig(ForwardSchedule schedule, PredictionType prediction, boolean clip) {
    private static final String CLASS = "_class_name";
    private static final String FLOW = "FlowMatchEulerDiscreteScheduler";
    /** Those whose parameters have the DDPMScheduler's defaults: 1000 timesteps, linear from 1e-4 to 0.02. */
    private static final Set<String> OF_BETAS_CLASSES = Set.of(
            "DDPMScheduler",
            "DDPMParallelScheduler",
            "DDIMScheduler",
            "DDIMParallelScheduler",
            "DDIMInverseScheduler",
            "PNDMScheduler",
            "DEISMultistepScheduler",
            "DPMSolverMultistepScheduler",
            "DPMSolverMultistepInverseScheduler",
            "DPMSolverSinglestepScheduler",
            "EulerDiscreteScheduler",
            "EulerAncestralDiscreteScheduler",
            "LMSDiscreteScheduler",
            "UniPCMultistepScheduler");

    /** Those that have other defaults, which differ. */
    private static final Set<String> OF_OTHER_DEFAULTS = Set.of(
            "DPMSolverSDEScheduler",
            "HeunDiscreteScheduler",
            "KDPM2DiscreteScheduler",
            "KDPM2AncestralDiscreteScheduler",
            "LCMScheduler",
            "TCDScheduler");

    private static final List<String> OF_A_BETA_SCHEDULE = List.of("beta_schedule", "beta_start", "beta_end");
    private static final PredictionType[] OF_BETAS = {PredictionType.EPSILON, PredictionType.V_PREDICTION};

    /**
     * @throws IllegalArgumentException if the prediction is of another process
     */
    public SchedulerConfig {
        schedule.require(prediction);
    }

    /**
     * @throws IllegalArgumentException listing everything that the noise levels and the prediction depend on and this library does not
     *     support
     */
    public static SchedulerConfig fromJson(JsonNode json) {
        List<String> problems = new ArrayList<>();
        String scheduler = json.path(CLASS).asText();
        if (scheduler.equals(FLOW)) {
            return flow(json, problems);
        }
        if (scheduler.startsWith("FlowMatch")) {
            problems.add(CLASS + " " + scheduler + " is not supported; of flows " + FLOW + " is");
        } else if (OF_OTHER_DEFAULTS.contains(scheduler)) {
            OF_A_BETA_SCHEDULE.stream()
                    .filter(key -> !json.hasNonNull(key))
                    .forEach(key -> problems.add(key + ": is missing, and a " + scheduler + " has another default than"
                            + " DDPMScheduler: write what the network was trained with"));
        } else if (!scheduler.isEmpty() && !OF_BETAS_CLASSES.contains(scheduler)) {
            problems.add(
                    CLASS + " " + scheduler + " is not supported: its noise levels may be no beta schedule's; write the"
                            + " DDPMScheduler that the network was trained with");
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
        if (json.path("use_flow_sigmas").asBoolean(false)) {
            problems.add("use_flow_sigmas: only false is supported; of flows " + FLOW + " is");
        }
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
