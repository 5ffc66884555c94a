package io.saddle.run.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Names the version of every data set that a specification names, once derived values stand in it. */
final class PinnedDataSets {

    private final DataSetVersions versions;
    private final Map<String, String> pinned = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    private PinnedDataSets(DataSetVersions versions) {
        this.versions = versions;
    }

    /**
     * Completes {@code spec} in place; one version for each data set.
     *
     * @return the data sets that are not there, each at its first place
     */
    static List<Problem> pin(ObjectNode spec, DataSetVersions versions) {
        PinnedDataSets sets = new PinnedDataSets(versions);
        sets.pin(spec.path("data"), "data");
        JsonNode constraints = spec.path("constraints");
        for (int i = 0; i < constraints.size(); i++) {
            sets.pin(constraints.path(i).path("data"), "constraints[" + i + "].data");
            sets.pin(constraints.path(i).path("evaluationData"), "constraints[" + i + "].evaluationData");
        }
        sets.pin(spec.at("/evaluation/reference"), "evaluation.reference");
        return sets.problems;
    }

    private void pin(JsonNode node, String path) {
        String images = node.path("images").asText();
        if (!(node instanceof ObjectNode data) || !images.startsWith(DataSetVersions.PREFIX)) {
            return;
        }
        if (!pinned.containsKey(images)) {
            try {
                pinned.put(images, versions.pinned(images));
            } catch (IOException e) {
                pinned.put(images, images);
                problems.add(new Problem(path + ".dataset", e.getMessage()));
            }
        }
        if (data.path("labels").asText().equals(images)) {
            data.put("labels", pinned.get(images));
        }
        data.put("images", pinned.get(images));
    }
}
