package io.saddle.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.schema.FeatureMeasure;
import io.saddle.schema.FidScore;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreNamesTest {

    private static FidScore score(String network, FeatureMeasure... measures) {
        return FidScore.newBuilder()
                .setRunId("r")
                .setStep(1)
                .setDualStep(1)
                .setFid(3)
                .setImages(10)
                .setFeatureExtractor(network)
                .setReferenceId("x")
                .setReferenceImages(10)
                .setClassFrequencies(List.of())
                .setDistanceToUniform(0)
                .setSampler("ddim")
                .setSeed(1)
                .setComputeMillis(1)
                .setEvaluatedAt(Instant.EPOCH)
                .setMeasures(List.of(measures))
                .build();
    }

    private static FeatureMeasure measure(String metric, String network) {
        return FeatureMeasure.newBuilder()
                .setMetric(metric)
                .setNetwork(network)
                .setDimensions(2)
                .setImages(10)
                .setReferenceImages(10)
                .setFrechet(3)
                .build();
    }

    @Test
    void shouldSayFidOfInceptionAlone() {
        assertEquals("FID", ScoreNames.named(score("inception-v3 (2048 features of x.pt, sha256 aa...)")));
        assertEquals("Frechet distance, small-cnn", ScoreNames.named(score("small-cnn (64 features)")));
        String named = "inception-v3 (2048 features, sha256 aa...)";
        assertEquals(
                "Frechet distance, inception-v3",
                ScoreNames.named(score(named, measure("Frechet distance", named))),
                "a file that somebody calls so");
        assertEquals("FID", ScoreNames.named(score("i", measure("FID", "i"), measure("Frechet distance", "j"))));
    }
}
