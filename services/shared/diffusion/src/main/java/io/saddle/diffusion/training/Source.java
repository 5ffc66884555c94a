package io.saddle.diffusion.training;

import ai.djl.Device;
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
 * @param horizontalFlip probability that a row's image is mirrored, left to right, before noise is added
 */
public record Source(String id, ImageDataSet data, NoisePredictor teacher, double horizontalFlip) {
    public Source {
        Objects.requireNonNull(id, "id");
        if ((data == null) == (teacher == null)) {
            throw new IllegalArgumentException("source " + id + " needs images or a teacher, one of the two");
        }
        if (data != null && data.count() == 0) {
            throw new IllegalArgumentException("source " + id + " has no images");
        }
        if (!(horizontalFlip >= 0 && horizontalFlip <= (data == null ? 0 : 1))) {
            throw new IllegalArgumentException("source " + id + ": horizontalFlip must be within 0..1"
                    + (data == null ? ", and 0 without images" : "") + ", was " + horizontalFlip);
        }
    }

    /** The denoising loss on images. */
    public Source(String id, ImageDataSet data) {
        this(id, data, null, 0);
    }

    /** This source with its images mirrored with this probability. */
    public Source withHorizontalFlip(double probability) {
        return new Source(id, data, teacher, probability);
    }

    /** The distance to a teacher on pure noise. */
    public static Source distillation(String id, NoisePredictor teacher) {
        return new Source(id, null, teacher, 0);
    }

    /** This source with its teacher, if it has one, on a device. */
    Source on(Device device) {
        return teacher == null ? this : new Source(id, data, teacher.on(device), horizontalFlip);
    }

    /** Number of images to draw from; 1 for a distillation, which draws none. */
    int count() {
        return data == null ? 1 : data.count();
    }
}
