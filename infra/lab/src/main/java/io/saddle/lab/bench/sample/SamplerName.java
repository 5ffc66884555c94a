package io.saddle.lab.bench.sample;

import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.sampling.Sampler;
import io.saddle.model.RunModel;

/** A sampler that is measured; it takes one network call a step. */
enum SamplerName {
    DDIM("ddim", "DDIM"),
    DPM_SOLVER("dpmpp-2m", "DPM-Solver++ 2M"),
    EULER("euler", "Euler");

    private final String key;
    private final String title;

    SamplerName(String key, String title) {
        this.key = key;
        this.title = title;
    }

    /** As a run's specification and the peer name it. */
    String key() {
        return key;
    }

    String title() {
        return title;
    }

    /** The sampler of a model, with the timesteps that a run takes. */
    Sampler of(DiffusersPipelineFolder model, int steps) {
        return new RunModel(model.network(), model.schedule(), model.prediction()).sampler(key, null, steps);
    }
}
