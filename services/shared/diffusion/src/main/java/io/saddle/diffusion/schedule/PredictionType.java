package io.saddle.diffusion.schedule;

/** The quantity that the network predicts from (x_t, t); named as in diffusers. */
public enum PredictionType {
    /** The noise eps. */
    EPSILON,
    /** The velocity v = sqrt(alpha_bar) eps - sqrt(1 - alpha_bar) x_0 (Salimans and Ho 2022). */
    V_PREDICTION;

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
