package io.saddle.diffusion.schedule;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the network predicts from (x_t, t); named as in diffusers. */
public enum PredictionType {
    /** The noise eps. */
    EPSILON,
    /** The velocity v = sqrt(alpha_bar) eps - sqrt(1 - alpha_bar) x_0 (Salimans and Ho 2022). */
    V_PREDICTION;

    /** The name that diffusers uses. */
    public String diffusersName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @throws IllegalArgumentException naming the types that exist
     */
    public static PredictionType fromDiffusersName(String name) {
        return Arrays.stream(values())
                .filter(type -> type.diffusersName().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("prediction_type " + name + " is not supported; use one of "
                                + Arrays.stream(values())
                                        .map(PredictionType::diffusersName)
                                        .collect(Collectors.joining(", "))));
    }
}
