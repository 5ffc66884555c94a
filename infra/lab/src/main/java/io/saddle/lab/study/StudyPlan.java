package io.saddle.lab.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.files.Sha256;
import io.saddle.lab.study.Study.Variant;
import io.saddle.run.spec.Changes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The runs of a study, seed after seed, so that a study that is cut off has whole pairs; those that others start from first. */
final class StudyPlan {

    private static final ObjectMapper SORTED =
            new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private StudyPlan() {}

    /**
     * @param variants those that are wanted; what they start from comes along
     * @param quick whether the study's own changes for that are made
     */
    static List<PlannedRun> of(Study study, Set<String> variants, List<Long> seeds, boolean quick) {
        List<PlannedRun> runs = new ArrayList<>();
        for (long seed : seeds) {
            Map<String, PlannedRun> ofSeed = new LinkedHashMap<>();
            study.variants().stream()
                    .filter(variant -> variants.contains(variant.name()))
                    .forEach(variant -> plan(study, variant, seed, quick, ofSeed));
            runs.addAll(ofSeed.values());
        }
        return runs;
    }

    private static PlannedRun plan(
            Study study, Variant variant, long seed, boolean quick, Map<String, PlannedRun> planned) {
        PlannedRun known = planned.get(variant.name());
        if (known != null) {
            return known;
        }
        PlannedRun start = variant.start() == null
                ? null
                : plan(study, study.variant(variant.start()).orElseThrow(), seed, quick, planned);
        // The parser has reported what cannot be applied.
        ObjectNode specification = Changes.apply(study.base(), variant.set(), "", new ArrayList<>());
        if (quick) {
            specification = Changes.apply(specification, study.quick(), "", new ArrayList<>());
        }
        specification.put("seed", seed);
        PlannedRun run =
                new PlannedRun(study.name(), variant, seed, specification, hash(study, specification, start), start);
        planned.put(variant.name(), run);
        return run;
    }

    private static String hash(Study study, ObjectNode specification, PlannedRun start) {
        ObjectNode all = SORTED.createObjectNode();
        all.set("specification", specification);
        all.put("start", start == null ? "" : start.hash());
        all.set("heldOut", study.heldOut());
        all.set("rare", SORTED.valueToTree(study.rare()));
        all.set("prepare", SORTED.valueToTree(study.preparations()));
        try {
            // Trees are written in their own order; maps are sorted.
            byte[] text = SORTED.writeValueAsString(SORTED.treeToValue(all, Map.class))
                    .getBytes(StandardCharsets.UTF_8);
            return Sha256.of(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
