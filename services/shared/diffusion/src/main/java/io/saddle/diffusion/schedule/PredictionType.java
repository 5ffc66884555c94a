package io.saddle.diffusion.schedule;

/** The quantity that the network predicts from (x_t, t); the first two named as in diffusers, where a flow has a scheduler of its own. */
public enum PredictionType {
    /** The noise eps. */
    EPSILON,
    /** The velocity v = sqrt(alpha_bar) eps - sqrt(1 - alpha_bar) x_0 (Salimans and Ho 2022). */
    V_PREDICTION,
    /** The direction eps - x_0 of a straight line from the image to the noise; see {@link FlowSchedule}. */
    FLOW;

    /** The name that diffusers uses. */
    public String diffusersName() {
        return DiffusersNames.of(this);
    }

    /**
     * @throws IllegalArgumentException naming the types that exist
     */
    public static PredictionType fromDiffusersName(String name) {
        return DiffusersNames.parse("prediction_type", name, values());
    }
}
