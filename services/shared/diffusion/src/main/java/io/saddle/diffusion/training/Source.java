package io.saddle.diffusion.training;

import io.saddle.diffusion.data.ImageDataSet;
import java.util.Objects;

/**
 * Data that a loss is taken over: the objective's, or one constraint's.
 *
 * @param id the name in reports
 * @param data the images
 */
public record Source(String id, ImageDataSet data) {
    public Source {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(data, "data");
        if (data.count() == 0) {
            throw new IllegalArgumentException("source " + id + " has no images");
        }
    }
}
