package io.saddle.lab.soak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.run.spec.RunSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The run that faults are tried on, real in everything but the size of its network; each change gives another one. */
final class SoakSpec {

    private static final YAMLMapper YAML = new YAMLMapper();

    private final ObjectNode tree;

    private SoakSpec(ObjectNode tree) {
        this.tree = tree;
    }

    /** A LOCKSTEP run of so many primal steps, a dual step every 5 of them. */
    static SoakSpec of(String name, long steps) {
        try (InputStream in = SoakSpec.class.getResourceAsStream("run.yaml")) {
            SoakSpec spec = new SoakSpec((ObjectNode) YAML.readTree(in)).with("/name", name);
            return spec.with("/training/steps", steps).with("/evaluation/every", Math.max(1, steps / 2));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In another mode; in PIPELINED also in bf16, whose estimates must stay in the format that was chosen for them first. */
    SoakSpec in(RunSpec.Mode mode) {
        SoakSpec spec = with("/dual/mode", mode.name());
        return mode == RunSpec.Mode.PIPELINED ? spec.with("/training/precision", "bf16") : spec;
    }

    /**
     * @param pointer a JSON pointer, for example {@code /training/learningRate}; what lies above must exist
     */
    SoakSpec with(String pointer, Object value) {
        ObjectNode changed = tree.deepCopy();
        int slash = pointer.lastIndexOf('/');
        JsonNode parent = changed.at(pointer.substring(0, slash));
        if (!(parent instanceof ObjectNode object)) {
            throw new IllegalArgumentException("run.yaml has no " + pointer.substring(0, slash));
        }
        object.set(pointer.substring(slash + 1), YAML.valueToTree(value));
        return new SoakSpec(changed);
    }

    SoakSpec without(String pointer) {
        ObjectNode changed = tree.deepCopy();
        int slash = pointer.lastIndexOf('/');
        ((ObjectNode) changed.at(pointer.substring(0, slash))).remove(pointer.substring(slash + 1));
        return new SoakSpec(changed);
    }

    String name() {
        return tree.path("name").asText();
    }

    long steps() {
        return tree.at("/training/steps").asLong();
    }

    String yaml() {
        try {
            return YAML.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
