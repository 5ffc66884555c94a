package io.saddle.lab.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Changes of the demo's two runs, in both alike; what is null stays as in the examples.
 *
 * @param out folder of the report
 * @param steps primal steps of each run
 * @param images final samples of each run
 * @param seed of everything random in both
 */
public record DemoOptions(Path out, Long steps, Integer images, Long seed) {

    private static final YAMLMapper YAML = new YAMLMapper();

    /**
     * The specification of one run.
     *
     * @param example a run specification, as a YAML file
     * @param name of the run
     * @throws IOException if the example cannot be read
     */
    String specification(Path example, String name) throws IOException {
        ObjectNode spec = (ObjectNode) YAML.readTree(Files.readString(example));
        spec.put("name", name);
        if (seed != null) {
            spec.put("seed", seed);
        }
        if (steps != null) {
            spec.withObject("/training").put("steps", steps);
        }
        if (images != null) {
            spec.withObject("/evaluation").put("finalImages", images);
        }
        return YAML.writeValueAsString(spec);
    }
}
