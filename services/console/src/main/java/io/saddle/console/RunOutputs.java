package io.saddle.console;

import io.saddle.run.dual.JudgedModel;
import io.saddle.schema.FeatureMeasure;
import io.saddle.schema.FidScore;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a run that is done and judged has made: the outputs of its step, {@code docs/pipelines.md} names them. */
final class RunOutputs {

    /** What a run has made as soon as it has left the queue: its name. */
    static final String RUN = "run";

    private RunOutputs() {}

    /**
     * The outputs by name.
     *
     * @param judged the best first
     */
    static Map<String, String> of(RunViews views, String runId, List<JudgedModel> judged) {
        Map<String, String> outputs = new TreeMap<>();
        outputs.put(RUN, runId);
        views.status(runId).ifPresent(status -> outputs.put("steps", Long.toString(status.getStep())));
        if (!judged.isEmpty()) {
            JudgedModel best = judged.get(0);
            outputs.put("bestStep", Long.toString(best.step()));
            outputs.put("violation", Double.toString(best.violation()));
        }
        views.score(runId).ifPresent(score -> score(outputs, score));
        return outputs;
    }

    /** Of the finished model. */
    private static void score(Map<String, String> outputs, FidScore score) {
        outputs.put("frechet", Double.toString(score.getFid()));
        outputs.put("network", score.getFeatureExtractor());
        score.getClassFrequencies()
                .forEach(row -> outputs.put(
                        "share." + (row.getName() == null ? row.getLabel() : row.getName()),
                        Double.toString(row.getFrequency())));
        score.getMeasures().stream().findFirst().ifPresent(measure -> measure(outputs, measure));
    }

    private static void measure(Map<String, String> outputs, FeatureMeasure measure) {
        put(outputs, "kid", measure.getKid());
        put(outputs, "precision", measure.getPrecision());
        put(outputs, "recall", measure.getRecall());
    }

    private static void put(Map<String, String> outputs, String name, Double value) {
        if (value != null) {
            outputs.put(name, value.toString());
        }
    }
}
