package io.saddle.fidevaluator;

import io.quarkus.runtime.StartupEvent;
import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.evaluation.InceptionFeatures;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Inception-v3 features, if {@code saddle.fid.inception.path} names the file; loaded, or refused, at the start. */
@ApplicationScoped
public class InceptionSetting {

    static final String PATH = "saddle.fid.inception.path";
    static final String SHA256 = "saddle.fid.inception.sha256";

    private static final Logger LOG = LoggerFactory.getLogger(InceptionSetting.class);

    private final Optional<FeatureExtractor> features;

    public InceptionSetting(
            @ConfigProperty(name = PATH) Optional<String> path,
            @ConfigProperty(name = SHA256) Optional<String> sha256,
            @ConfigProperty(name = "saddle.evaluator.workers") int workers) {
        this.features = path.map(file -> open(file, sha256.orElse(null), workers));
    }

    void load(@Observes StartupEvent start) {
        LOG.info(
                "samples of runs that name no features are compared by {}",
                features.map(FeatureExtractor::name).orElse("the small classifier's; " + PATH + " is not set"));
    }

    /** The features; empty if no file was named. */
    Optional<FeatureExtractor> features() {
        return features;
    }

    private static FeatureExtractor open(String file, String sha256, int workers) {
        try {
            return InceptionFeatures.open(Path.of(file), sha256, workers);
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    PATH + " (expected sha256: " + (sha256 == null ? "none, " + SHA256 + " is not set" : sha256) + "): "
                            + e.getMessage()
                            + "; without this setting samples are compared by a small classifier's features",
                    e);
        }
    }
}
