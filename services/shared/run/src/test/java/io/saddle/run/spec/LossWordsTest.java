package io.saddle.run.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LossWordsTest {

    private static LossWords words(String more) {
        return new LossWords(new RunSpecParser().parse("run.yaml", "{name: a" + more + "}"));
    }

    @ParameterizedTest
    @CsvSource({
        "epsilon, noise (epsilon)",
        "v_prediction, velocity (v_prediction)",
        "flow, direction from image to noise (flow)",
    })
    void everyLossIsOfWhatTheNetworkPredicts(String prediction, String output) {
        LossWords words = words(", model: {prediction: " + prediction + "}");
        String error = "mean squared error of the " + output + ", unweighted";
        assertEquals(error, words.objective());
        assertEquals(error, words.measured("denoising-loss"));
        assertEquals(error + ", in the training batches", words.measured("minibatch-loss"));
        assertEquals(
                "mean squared distance to the pre-trained model's " + output + ", on pure noise",
                words.measured("distillation"));
        assertEquals(Optional.empty(), words.trained("denoising-loss"));
        assertEquals(Optional.empty(), words.trained("distillation"));
    }

    /** Weights are the objective's alone. */
    @Test
    void theObjectivesWeightsAreNoConstraints() {
        LossWords words = words(", training: {minSnrGamma: 5}");
        assertEquals(
                "mean squared error of the velocity (v_prediction), weighted by min-SNR with gamma 5",
                words.objective());
        assertEquals("mean squared error of the velocity (v_prediction), unweighted", words.measured("denoising-loss"));
        assertEquals(
                "mean squared error of the velocity (v_prediction), weighted by min-SNR with gamma 2.5",
                words(", training: {minSnrGamma: 2.5}").objective());
    }

    @ParameterizedTest
    @CsvSource({
        "class-frequency, share of the generated images outside the classes",
        "feature-mean, distance between the mean features of generated images and of the data",
        "faces-look-old, what its evaluator measures",
    })
    void whatIsMeasuredOtherwiseIsTrainedOnTheDenoisingLoss(String kind, String measured) {
        assertEquals(
                "mean squared error of the velocity (v_prediction) in latents, unweighted",
                words(", data: {dataset: made, latents: true}").objective());
        LossWords words = words("");
        assertEquals(measured, words.measured(kind));
        assertEquals(Optional.of("mean squared error of the velocity (v_prediction), unweighted"), words.trained(kind));
    }
}
