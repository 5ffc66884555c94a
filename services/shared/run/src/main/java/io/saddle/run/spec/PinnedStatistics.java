package io.saddle.run.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Optional;

/** The statistics that a specification names as a reference: they are written with the SHA-256 that their file has at submission. */
final class PinnedStatistics {

    private static final String STATISTICS = "referenceStatistics";
    private static final String FILE = "file";
    private static final String SHA256 = "sha256";

    private PinnedStatistics() {}

    /** The place where their file is named. */
    static void file(ObjectNode spec, PinnedJudges.FilePlace place) {
        if (spec.get("evaluation") instanceof ObjectNode evaluation) {
            if (evaluation.get(STATISTICS) instanceof ObjectNode statistics) {
                place.at(statistics, FILE);
            } else if (evaluation.has(STATISTICS)) {
                place.at(evaluation, STATISTICS);
            }
        }
    }

    /**
     * Completes {@code evaluation} in place. Parts of a wrong type are left to the schema, a file that cannot be read to the check of
     * what it holds.
     *
     * @return what is wrong with the SHA-256 that a specification states itself
     */
    static List<Problem> fillIn(ObjectNode spec, ModelFolders folders) {
        if (!(spec.get("evaluation") instanceof ObjectNode evaluation)) {
            return List.of();
        }
        if (evaluation.get(STATISTICS) instanceof TextNode file) {
            evaluation.putObject(STATISTICS).set(FILE, file);
        }
        if (evaluation.get(STATISTICS) instanceof ObjectNode statistics
                && statistics.get(FILE) instanceof TextNode file) {
            Optional<String> found = folders.statistics(file.textValue());
            String stated = statistics.path(SHA256).asText(found.orElse(null));
            if (found.isPresent() && !found.get().equals(stated)) {
                return List.of(new Problem(
                        "evaluation." + STATISTICS,
                        file.textValue() + " has the sha256 " + found.get() + ", not " + stated + " as stated"));
            }
            found.ifPresent(sha256 -> statistics.put(SHA256, sha256));
        }
        return List.of();
    }
}
