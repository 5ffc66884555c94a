package io.saddle.run.spec;

import io.saddle.schema.ConstraintDefinition;
import java.util.Set;

/**
 * The kinds of constraints that come with saddle. What each minimises and measures stands in {@code run-spec.schema.json}; a
 * definition may name others, which its evaluator knows.
 */
public final class ConstraintKinds {

    /** Measures on snapshots, with fixed draws; the trainer minimises the same loss. */
    public static final String DENOISING_LOSS = "denoising-loss";

    /** Takes the losses that the trainer computed anyway; the trainer is its evaluator. */
    public static final String MINIBATCH_LOSS = "minibatch-loss";

    /** E |eps_theta(x, t) - eps_pre(x, t)|^2 with x drawn as pure noise, minimised and measured. */
    public static final String DISTILLATION = "distillation";

    /** 1 - the share of generated images in the classes of data; the trainer minimises their denoising loss. */
    public static final String CLASS_FREQUENCY = "class-frequency";

    /** Distance between mean features of generated images and of data; the trainer minimises data's denoising loss. */
    public static final String FEATURE_MEAN = "feature-mean";

    /** All of them. */
    public static final Set<String> BUILT_IN =
            Set.of(DENOISING_LOSS, MINIBATCH_LOSS, DISTILLATION, CLASS_FREQUENCY, FEATURE_MEAN);

    private ConstraintKinds() {}

    /** The kind of a definition; those of earlier releases name the evaluator alone. */
    public static String of(ConstraintDefinition definition) {
        return definition.getKind() == null ? definition.getEvaluator() : definition.getKind();
    }
}
