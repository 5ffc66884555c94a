package io.saddle.constraintevaluator;

import io.saddle.artifact.ArtifactStore;
import io.saddle.model.data.ImageSets;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The images that specifications name. */
@Dependent
public class DataBeans {

    @Produces
    @Singleton
    ImageSets sets(ArtifactStore artifacts) {
        return new ImageSets(artifacts);
    }
}
