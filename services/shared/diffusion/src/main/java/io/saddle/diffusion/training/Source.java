package io.saddle.diffusion.training;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.network.NoisePredictor;
import java.util.Objects;

/**
 * The inputs that a loss is taken over: images that noise is added to, or pure noise that a pre-trained model is the teacher for (the
 * fine-tuning constraint of "Constrained Diffusion Models via Dual Training": E |eps_theta(x, t) - eps_pre(x, t)|^2 with x
 * drawn as pure Gaussian noise).
 *
 * @param id the name in reports
 * @param data the images; null for a distillation
 * @param teacher gives the target of each row; null where noise, or what the schedule makes of it, is the target. It stays the
 *     caller's and is closed after the training.
 */
public record Source(String id, ImageDataSet data, NoisePredictor teacher) {
    public Source {
        Objects.requireNonNull(id, "id");
        if ((data == null) == (teacher == null)) {
            throw new IllegalArgumentException("source " + id + " needs images or a teacher, one of the two");
        }
        if (data != null && data.count() == 0) {
            throw new IllegalArgumentException("source " + id + " has no images");
        }
    }

    /** The denoising loss on images. */
    public Source(String id, ImageDataSet data) {
        this(id, data, null);
    }

    /** The distance to a teacher on pure noise. */
    public static Source distillation(String id, NoisePredictor teacher) {
        return new Source(id, null, teacher);
    }

    /** Number of images to draw from; 1 for a distillation, which draws none. */
    int count() {
        return data == null ? 1 : data.count();
    }
}
