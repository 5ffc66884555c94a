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

    /**
     * The timesteps of a sampler in their order: rounded, but for those of {@link #LINSPACE}.
     *
     * @param all number T of timesteps of training
     * @param steps number of them that are taken
     * @throws IllegalArgumentException if there are not so many
     */
    double[] timesteps(int all, int steps) {
        if (steps < 1 || steps > all) {
            throw new IllegalArgumentException("sampling steps must be within 1.." + all + ", were " + steps);
        }
        double[] timesteps = new double[steps];
        for (int i = 0; i < steps; i++) {
            timesteps[i] = switch (this) {
                case LEADING -> (steps - 1 - i) * (all / steps);
                case TRAILING -> Math.rint(all - i * ((double) all / steps)) - 1;
                case LINSPACE -> steps == 1 ? 0 : (all - 1.0) / (steps - 1) * (steps - 1 - i);
            };
        }
        return timesteps;
    }

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
