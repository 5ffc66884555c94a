package io.saddle.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.report.Curves;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Everything that the demo found: the content of {@code result.json}. */
record DemoResult(
        Instant createdAt,
        Map<String, String> versions,
        List<Integer> minorities,
        double balancedShare,
        Run unconstrained,
        Run constrained,
        List<Check> checks) {

    /**
     * One run's part.
     *
     * @param spec its specification, every default filled in
     * @param dataMinorityShare share of the minority classes in the objective's data
     * @param minorityShare share of the final samples that the classifier sees in them
     * @param trainingSeconds sum of the primal steps' wall time
     * @param records how many records of each kind the run's topics carried
     */
    record Run(
            String runId,
            JsonNode spec,
            double dataMinorityShare,
            double minorityShare,
            Score score,
            List<Multiplier> multipliers,
            double objectiveWeight,
            double trainingSeconds,
            double millisPerStep,
            Map<String, Integer> records,
            List<String> alerts,
            Curves curves) {}

    /** The judgement of the finished model. */
    record Score(
            double fid,
            int images,
            String featureExtractor,
            Double featureExtractorAccuracy,
            String reference,
            int referenceImages,
            Map<Integer, Double> classFrequencies,
            double distanceToUniform,
            String sampler,
            long seed) {}

    /** A constraint at the end of the run. */
    record Multiplier(String constraint, double value, double mixtureWeight, Double loss, double threshold) {}

    /** Something that the demo promises, and what came of it. */
    record Check(String promise, String found, boolean kept) {}

    boolean allKept() {
        return checks.stream().allMatch(Check::kept);
    }
}
