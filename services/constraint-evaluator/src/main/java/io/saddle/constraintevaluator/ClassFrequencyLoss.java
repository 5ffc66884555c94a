package io.saddle.constraintevaluator;

import io.saddle.diffusion.evaluation.ImageClassifier;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.model.SelectedData;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.DataSelection;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Set;

/**
 * 1 - the share of generated images that a classifier puts into the classes of the constraint's data: the share that is
 * missing, which a threshold 1 - p keeps at least p. The trainer follows the classes' denoising loss in its place, since a
 * count has no gradient; the multiplier follows the count.
 */
@ApplicationScoped
@Identifier(ConstraintKinds.CLASS_FREQUENCY)
public class ClassFrequencyLoss implements ConstraintLoss {

    private final GeneratedImages generated;
    private final SelectedData labels;

    public ClassFrequencyLoss(GeneratedImages generated, ImageSets sets) {
        this.generated = generated;
        labels = SelectedData.withoutPixels(sets);
    }

    @Override
    public String description() {
        return "share of generated images that a classifier does not put into the classes of the constraint's data";
    }

    @Override
    public Measurement measure(Snapshot snapshot, ConstraintDefinition definition) throws IOException {
        DataSelection selection = definition.getData();
        if (selection == null || selection.getClasses().isEmpty() && selection.getWhere() == null) {
            throw new IllegalArgumentException("constraint '" + definition.getConstraintId()
                    + "': class-frequency needs data with the classes that are meant, the definition has none");
        }
        Set<Integer> wanted = labels.classes(selection);
        ImageClassifier classifier = generated.classifier(snapshot.spec(), definition, selection);
        int[] seen = new int[1];
        generated.each(snapshot, definition, images -> {
            for (int label : classifier.classify(images)) {
                seen[0] += wanted.contains(label) ? 1 : 0;
            }
        });
        return Measurement.of(missingShare(seen[0], definition.getEvaluationSamples()));
    }

    /** 1 - f with the binomial standard error sqrt(f (1 - f) / n). */
    static LossEstimateResult missingShare(int seen, int samples) {
        double share = seen / (double) samples;
        return new LossEstimateResult(1 - share, Math.sqrt(share * (1 - share) / samples), samples);
    }
}
