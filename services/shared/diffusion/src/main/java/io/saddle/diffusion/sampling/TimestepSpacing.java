package io.saddle.diffusion.sampling;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The choice of a sampler's timesteps among those of training; named and rounded as in diffusers. */
public enum TimestepSpacing {
    /** Multiples of T / steps, rounded down, from 0 on: the last timestep of training is left out. */
    LEADING,
    /** T - 1, and in steps of T / steps down: the least noise is left out. */
    TRAILING,
    /** From T - 1 to 0. */
    LINSPACE;

    /** @throws IllegalArgumentException naming those that exist */
    public static TimestepSpacing of(String name) {
        List<String> names = Arrays.stream(values()).map(TimestepSpacing::text).toList();
        if (!names.contains(name)) {
            throw new IllegalArgumentException(
                    "no timestep spacing '" + name + "'; there are " + String.join(", ", names));
        }
        return values()[names.indexOf(name)];
    }

    private String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
