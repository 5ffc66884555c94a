package io.saddle.lab.bench.sample;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The measurements of {@code bench sample}.
 *
 * @param run whose network and settings are trained where no model is given
 * @param model a diffusers folder for images like the bundled digits; empty: one is trained
 * @param trainingSteps primal steps of that training
 * @param steps DDIM's steps whose speed is measured
 * @param rounds turns of each side
 * @param images of one turn
 * @param batch images in one network call
 * @param calls network calls for an image whose FID is measured; empty: no FID
 * @param fidImages of each row
 */
public record SampleOptions(
        Path run,
        Optional<Path> model,
        int trainingSteps,
        List<Integer> steps,
        int rounds,
        int images,
        int batch,
        List<Integer> calls,
        int fidImages) {

    public SampleOptions {
        steps = List.copyOf(steps);
        calls = List.copyOf(calls);
    }
}
