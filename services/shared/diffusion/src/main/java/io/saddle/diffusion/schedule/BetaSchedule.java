package io.saddle.diffusion.schedule;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How beta grows with the timestep; named as in diffusers. */
public enum BetaSchedule {
    /** beta from beta_start to beta_end in equal steps (Ho et al. 2020). */
    LINEAR,
    /** From alpha_bar(u) = cos^2((u + 0.008) / 1.008 * pi / 2), beta at most 0.999 (Nichol and Dhariwal 2021). */
    SQUAREDCOS_CAP_V2;

    /** The name that diffusers uses. */
    public String diffusersName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @throws IllegalArgumentException naming the schedules that exist
     */
    public static BetaSchedule fromDiffusersName(String name) {
        return Arrays.stream(values())
                .filter(schedule -> schedule.diffusersName().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("beta_schedule " + name + " is not supported; use one of "
                                + Arrays.stream(values())
                                        .map(BetaSchedule::diffusersName)
                                        .collect(Collectors.joining(", "))));
    }
}
