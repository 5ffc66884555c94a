package io.saddle.diffusion.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.network.JsonSettings;
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
     * What a file says; what is missing or null takes diffusers' default.
     *
     * @throws IllegalArgumentException listing everything that is of a wrong type, and what the noise levels and the prediction depend on
     *     and this library does not support
     */
    public static SchedulerConfig fromJson(JsonNode json) {
        JsonSettings settings = new JsonSettings(withoutNulls(json));
        String named = settings.optionalString(CLASS);
        String scheduler = named == null ? "" : named;
        if (scheduler.equals(FLOW)) {
            return flow(settings);
        }
        if (scheduler.startsWith("FlowMatch")) {
            settings.problem(CLASS + " " + scheduler + " is not supported; of flows " + FLOW + " is");
        } else if (OF_OTHER_DEFAULTS.contains(scheduler)) {
            OF_A_BETA_SCHEDULE.stream()
                    .filter(key -> !json.hasNonNull(key))
                    .forEach(key -> settings.problem(key + ": is missing, and a " + scheduler
                            + " has another default than"
                            + " DDPMScheduler: write what the network was trained with"));
        } else if (!scheduler.isEmpty() && !OF_BETAS_CLASSES.contains(scheduler)) {
            settings.problem(
                    CLASS + " " + scheduler + " is not supported: its noise levels may be no beta schedule's; write the"
                            + " DDPMScheduler that the network was trained with");
        }
        if (json.hasNonNull("trained_betas")) {
            settings.problem("trained_betas: only named beta schedules are supported");
        }
        return ofBetas(settings);
    }

    private static JsonNode withoutNulls(JsonNode json) {
        JsonNode present = json.deepCopy();
        if (present instanceof ObjectNode object) {
            object.properties().removeIf(member -> member.getValue().isNull());
        }
        return present;
    }

    private static SchedulerConfig flow(JsonSettings settings) {
        for (String key : List.of("use_dynamic_shifting", "invert_sigmas")) {
            if (settings.bool(key, false)) {
                settings.problem(key + ": only false is supported");
            }
        }
        int timesteps = settings.integer("num_train_timesteps", 1000);
        double shift = settings.decimal("shift", 1);
        refuse(settings.problems());
        return new SchedulerConfig(new FlowSchedule(timesteps, shift), PredictionType.FLOW, false);
    }

    private static SchedulerConfig ofBetas(JsonSettings settings) {
        if (settings.bool("use_flow_sigmas", false)) {
            settings.problem("use_flow_sigmas: only false is supported; of flows " + FLOW + " is");
        }
        BetaSchedule beta = BetaSchedule.LINEAR;
        PredictionType prediction = PredictionType.EPSILON;
        try {
            String name = settings.optionalString("beta_schedule");
            beta = name == null ? beta : BetaSchedule.fromDiffusersName(name);
        } catch (IllegalArgumentException e) {
            settings.problem(e.getMessage());
        }
        try {
            String name = settings.optionalString("prediction_type");
            prediction = name == null ? prediction : DiffusersNames.parse("prediction_type", name, OF_BETAS);
        } catch (IllegalArgumentException e) {
            settings.problem(e.getMessage());
        }
        boolean zeroTerminalSnr = settings.bool("rescale_betas_zero_snr", false);
        if (zeroTerminalSnr && prediction == PredictionType.EPSILON) {
            settings.problem(
                    "rescale_betas_zero_snr: nothing of an image is left in the last timestep, so that the network has to predict"
                            + " v_prediction, not epsilon");
        }
        int timesteps = settings.integer("num_train_timesteps", 1000);
        double betaStart = settings.decimal("beta_start", 1e-4);
        double betaEnd = settings.decimal("beta_end", 0.02);
        boolean clip = settings.bool("clip_sample", true);
        refuse(settings.problems());
        return new SchedulerConfig(
                new NoiseSchedule(beta, timesteps, betaStart, betaEnd, zeroTerminalSnr), prediction, clip);
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
