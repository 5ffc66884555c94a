package io.saddle.diffusion.training;

import io.saddle.diffusion.network.UNet2DConfig;
import java.util.List;

/**
 * The check that sources fit the network that is trained on them.
 *
 * @param settings of the training
 */
record SourceCheck(TrainingSettings settings) {

    /** @throws IllegalArgumentException naming the source that does not fit */
    void require(List<Source> candidates) {
        if (candidates.isEmpty()) {
            throw new IllegalArgumentException("a run needs at least one source, the objective's data");
        }
        UNet2DConfig config = settings.network();
        if (candidates.get(0).data() == null) {
            throw new IllegalArgumentException(
                    "the objective, " + candidates.get(0).id() + ", needs images");
        }
        for (Source source : candidates) {
            if (source.data() != null) {
                config.requireImages("source " + source.id(), source.data());
                requireLabels(source);
            } else {
                checkTeacher(source, config);
            }
        }
    }

    /** The null class may be a class of the data's where nothing is dropped. */
    private void requireLabels(Source source) {
        UNet2DConfig config = settings.network();
        if (config.classConditional()) {
            int classes = settings.labelDropout() > 0 ? config.nullClass() : config.numClassEmbeds();
            config.requireLabels("source " + source.id(), source.data(), classes);
        }
    }

    private static void checkTeacher(Source source, UNet2DConfig config) {
        UNet2DConfig teacher = source.teacher().config();
        if (!teacher.fits(config)) {
            throw new IllegalArgumentException("the teacher of " + source.id() + " takes " + teacher.inputs()
                    + ", the network " + config.inputs());
        }
    }
}
