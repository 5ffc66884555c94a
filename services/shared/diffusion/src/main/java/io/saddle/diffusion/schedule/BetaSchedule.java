package io.saddle.diffusion.schedule;

/** Growth of beta with the timestep; named as in diffusers. */
public enum BetaSchedule {
    /** beta from beta_start to beta_end in equal steps (Ho et al. 2020). */
    LINEAR,
    /** The root of beta from that of beta_start to that of beta_end in equal steps (Rombach et al. 2022, Stable Diffusion). */
    SCALED_LINEAR,
    /** From alpha_bar(u) = cos^2((u + 0.008) / 1.008 * pi / 2), beta at most 0.999 (Nichol and Dhariwal 2021). */
    SQUAREDCOS_CAP_V2;

    /** The name that diffusers uses. */
    public String diffusersName() {
        return DiffusersNames.of(this);
    }

    /**
     * @throws IllegalArgumentException naming the schedules that exist
     */
    public static BetaSchedule fromDiffusersName(String name) {
        return DiffusersNames.parse("beta_schedule", name, values());
    }
}
