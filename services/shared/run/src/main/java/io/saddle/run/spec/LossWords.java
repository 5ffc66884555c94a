package io.saddle.run.spec;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * The losses of a run in words: what its objective minimises, what a constraint is measured in, and what training minimises for it. All
 * follow from the specification and a constraint's kind.
 */
public final class LossWords {

    private final RunSpec spec;

    public LossWords(RunSpec spec) {
        this.spec = spec;
    }

    /** The objective's loss as it is minimised, with its weights. */
    public String objective() {
        double gamma = spec.training().minSnrGamma();
        return squaredError()
                + (gamma == 0
                        ? ", unweighted"
                        : ", weighted by min-SNR with gamma "
                                + BigDecimal.valueOf(gamma).stripTrailingZeros().toPlainString());
    }

    /** The loss that a constraint of this kind is measured in, and its threshold meant in. */
    public String measured(String kind) {
        return switch (kind) {
            case ConstraintKinds.DENOISING_LOSS -> unweighted();
            case ConstraintKinds.MINIBATCH_LOSS -> unweighted() + ", in the training batches";
            case ConstraintKinds.DISTILLATION ->
                "mean squared distance to the pre-trained model's " + output() + ", on pure noise";
            case ConstraintKinds.CLASS_FREQUENCY -> "share of the generated images outside the classes";
            case ConstraintKinds.FEATURE_MEAN ->
                "distance between the mean features of generated images and of the data";
            default -> "what its evaluator measures";
        };
    }

    /** The loss that training minimises for a constraint of this kind; empty where it is the one that is measured. */
    public Optional<String> trained(String kind) {
        return switch (kind) {
            case ConstraintKinds.DENOISING_LOSS, ConstraintKinds.MINIBATCH_LOSS, ConstraintKinds.DISTILLATION ->
                Optional.empty();
            default -> Optional.of(unweighted());
        };
    }

    private String unweighted() {
        return squaredError() + ", unweighted";
    }

    private String squaredError() {
        return "mean squared error of the " + output();
    }

    private String output() {
        String prediction = spec.model().prediction();
        String output =
                switch (prediction) {
                    case "epsilon" -> "noise (epsilon)";
                    case "v_prediction" -> "velocity (v_prediction)";
                    case ScheduleKeys.FLOW -> "direction from image to noise (flow)";
                    default -> prediction;
                };
        return spec.data().latents() ? output + " in latents" : output;
    }
}
