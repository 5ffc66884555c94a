package io.saddle.lab.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.lab.report.Shortening;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes of the examples that the demo trains, in both runs alike; what is null stays as it is.
 *
 * @param out folder of the report
 * @param asTheyAre whether the examples stay as they are, but for the next two
 * @param shortening steps and samples of each run, if others than those
 * @param seed of everything random in both
 */
public record DemoOptions(Path out, boolean asTheyAre, Shortening shortening, Long seed) {

    private static final YAMLMapper YAML = new YAMLMapper();

    /** With fewer steps more samples look like no digit, and some of these are judged rare ones: 8.0 to 8.6 % of all (docs/experiments.md). */
    private static final String FASTER = """
            training: {steps: 1200, precision: auto}
            evaluation: {every: 600, sampler: dpmpp-2m, samplerSteps: 20, precision: auto}
            """;

    /** Images of each rare digit, in place of 100: so the first claim has room on every seed, whatever fewer steps draw that is taken for one. */
    private static final int RARE = 50;

    /**
     * The specification of one run.
     *
     * @param example a run specification, as a YAML file
     * @param name of the run
     * @throws IOException if the example cannot be read
     */
    String specification(Path example, String name) throws IOException {
        ObjectNode spec = (ObjectNode) YAML.readTree(Files.readString(example));
        if (!asTheyAre) {
            YAML.readerForUpdating(spec).readValue(FASTER);
            makeRarer(spec);
        }
        spec.put("name", name);
        if (seed != null) {
            spec.put("seed", seed);
        }
        shortening.putSteps(spec);
        shortening.putImages(spec);
        return YAML.writeValueAsString(spec);
    }

    /** The constraints see the same images as the objective. */
    private static void makeRarer(ObjectNode spec) {
        List<JsonNode> selections = new ArrayList<>(List.of(spec.path("data")));
        spec.path("constraints").forEach(constraint -> selections.add(constraint.path("data")));
        for (JsonNode selection : selections) {
            selection.path("classes").forEach(share -> ((ObjectNode) share).put("count", RARE));
        }
    }
}
