package io.saddle.lab.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.lab.report.Curves;
import java.time.Instant;
import java.util.ArrayList;
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
     * @param precision number format that it was trained in, fp32 or bf16
     * @param dataMinorityShare share of the minority classes in the objective's data
     * @param minorityShare share of the final samples that the classifier sees in them
     * @param trainingSeconds sum of the primal steps' wall time
     * @param records how many records of each kind the run's topics carried
     */
    record Run(
            String runId,
            JsonNode spec,
            String precision,
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
            long seed) {

        /** The reference and its N, as far as that is known. */
        String referenceText() {
            return reference + (referenceImages > 0 ? " (" + referenceImages + " images)" : " (N unknown)");
        }
    }

    /** A constraint at the end of the run. */
    record Multiplier(String constraint, double value, double mixtureWeight, Double loss, double threshold) {}

    /** Something that the demo promises, and what came of it. */
    record Check(String promise, String found, boolean kept) {}

    /** The reason why the two distances do not compare; empty if they do. */
    List<String> caveats() {
        Score without = unconstrained.score();
        Score with = constrained.score();
        List<String> caveats = new ArrayList<>();
        if (without.images() != with.images()) {
            caveats.add("N differs (" + without.images() + " and " + with.images()
                    + "): the distance falls as N grows, these two do not compare");
        }
        if (!without.featureExtractor().equals(with.featureExtractor())) {
            caveats.add("the features differ (" + without.featureExtractor() + " and " + with.featureExtractor()
                    + "): these two do not compare");
        }
        if (!without.reference().equals(with.reference())) {
            caveats.add("the references differ (" + without.reference() + " and " + with.reference()
                    + "): these two do not compare");
        }
        return caveats;
    }

    boolean allKept() {
        return checks.stream().allMatch(Check::kept);
    }
}
