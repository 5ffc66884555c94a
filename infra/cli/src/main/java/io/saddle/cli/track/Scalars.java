package io.saddle.cli.track;

import io.saddle.schema.ClassFrequency;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.FeatureMeasure;
import io.saddle.schema.FidScore;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.SourceSummary;
import java.util.ArrayList;
import java.util.List;

/** The points that one record adds to a run's curves. Figures that the record leaves open are left out; none is a folder of another's name. */
final class Scalars {

    private static final String OBJECTIVE = "objective";

    private Scalars() {}

    /** A primal step: losses in the training batch, norms, cosines, speed. */
    static List<Scalar> of(GradientSummary summary) {
        Points points = new Points(
                new ReadPosition(summary.getStep(), summary.getRecordedAt().toEpochMilli()));
        points.put("train/lagrangian", summary.getLagrangianLoss());
        points.put("train/gradient_norm", summary.getGradientNorm());
        points.put("train/learning_rate", summary.getLearningRate());
        points.put("train/samples_per_second", summary.getSamplesPerSecond());
        for (SourceSummary source : summary.getSources()) {
            String of = "/" + source.getSource();
            points.put("loss" + of, source.getLoss());
            points.put("gradient_norm" + of, source.getGradientNorm());
            if (!OBJECTIVE.equals(source.getSource())) {
                points.put("cosine_to_objective" + of, source.getCosineToObjective());
            }
        }
        summary.getBlockGradientNorms().forEach((block, norm) -> points.put("block_gradient_norm/" + block, norm));
        return points.list;
    }

    /**
     * A dual step: the vector after it, and the slack of those constraints that it moved.
     *
     * @param at where the vector is shown. Slacks are shown at the step of the snapshot that was measured
     */
    static List<Scalar> of(MultiplierUpdate update, ReadPosition at) {
        Points vector = new Points(at);
        Points measured = new Points(own(update));
        vector.put("dual/step", (double) update.getDualStep());
        vector.put("mixture_weight/" + OBJECTIVE, update.getObjectiveWeight());
        for (ConstraintMultiplier row : update.getConstraints()) {
            String of = "/" + row.getConstraintId();
            vector.put("multiplier" + of, row.getAfter());
            vector.put("mixture_weight" + of, row.getMixtureWeight());
            measured.put("slack" + of, row.getSlack());
        }
        vector.list.addAll(measured.list);
        return vector.list;
    }

    /** A judged model, shown at {@code at}. */
    static List<Scalar> of(FidScore score, ReadPosition at) {
        Points points = new Points(at);
        points.put("eval/fid", score.getFid());
        if (!score.getMeasures().isEmpty()) {
            FeatureMeasure first = score.getMeasures().get(0);
            points.put("eval/kid", first.getKid());
            points.put("eval/precision", first.getPrecision());
            points.put("eval/recall", first.getRecall());
            points.put("eval/density", first.getDensity());
            points.put("eval/coverage", first.getCoverage());
            points.put("eval/frechet_at_infinity", first.getFrechetAtInfinity());
        }
        points.put("eval/distance_to_uniform", score.getDistanceToUniform());
        for (ClassFrequency of : score.getClassFrequencies()) {
            points.put("frequency/" + (of.getName() == null ? of.getLabel() : of.getName()), of.getFrequency());
        }
        return points.list;
    }

    /** The place that the record itself names. */
    static ReadPosition own(MultiplierUpdate update) {
        return new ReadPosition(update.getStep(), update.getUpdatedAt().toEpochMilli());
    }

    /** The place that the record itself names. */
    static ReadPosition own(FidScore score) {
        return new ReadPosition(score.getStep(), score.getEvaluatedAt().toEpochMilli());
    }

    private static final class Points {

        private final ReadPosition at;
        private final List<Scalar> list = new ArrayList<>();

        Points(ReadPosition at) {
            this.at = at;
        }

        void put(String tag, Double value) {
            if (value != null) {
                list.add(new Scalar(tag, at, value));
            }
        }
    }
}
