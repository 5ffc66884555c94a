package io.saddle.lab.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.lab.report.Shortening;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Changes of the examples that the demo trains, in both runs alike; what is null stays as it is.
 *
 * @param out folder of the report
 * @param asTheyAre whether the examples stay as exact as they are
 * @param shortening steps and samples of each run, if others than those
 * @param seed of everything random in both
 */
public record DemoOptions(Path out, boolean asTheyAre, Shortening shortening, Long seed) {

    private static final YAMLMapper YAML = new YAMLMapper();

    /** The same steps in less time. With half of them 13 % of the samples are judged rare digits, of which the data has 4 %. */
    private static final String FASTER = """
            training: {precision: auto}
            evaluation: {sampler: dpmpp-2m, samplerSteps: 20}
            """;

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
        }
        spec.put("name", name);
        if (seed != null) {
            spec.put("seed", seed);
        }
        shortening.putSteps(spec);
        shortening.putImages(spec);
        return YAML.writeValueAsString(spec);
    }
}
