package io.saddle.run.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The ways in which people may write the same, brought to the one that schema and rules know. */
final class Spellings {

    private Spellings() {}

    /** Changes a specification as it was written. */
    static void settle(ObjectNode spec) {
        dropEmpty(spec);
        upperCaseMode(spec);
        joinDevices(spec);
    }

    /**
     * A key without a value counts as left out. Exceptions: a class or a value of a group, that is all of it, and diffusers' mid_block_type, where
     * null means that there is none.
     */
    private static void dropEmpty(JsonNode node) {
        if (node instanceof ObjectNode object) {
            takeWhole(object.get("classes"));
            object.path("groups").forEach(Spellings::takeWhole);
            object.properties()
                    .removeIf(member ->
                            member.getValue().isNull() && !member.getKey().equals("mid_block_type"));
        }
        node.forEach(Spellings::dropEmpty);
    }

    private static void takeWhole(JsonNode shares) {
        if (shares instanceof ObjectNode named) {
            named.properties().stream()
                    .filter(share -> share.getValue().isNull())
                    .map(Map.Entry::getKey)
                    .toList()
                    .forEach(named::putObject);
        }
    }

    private static void upperCaseMode(ObjectNode spec) {
        if (spec.get("dual") instanceof ObjectNode dual && dual.path("mode").isTextual()) {
            dual.put("mode", dual.get("mode").textValue().toUpperCase(Locale.ROOT));
        }
    }

    /** A list of devices is the text that has commas between them; one of anything else is left to the schema. */
    private static void joinDevices(ObjectNode spec) {
        if (!(spec.get("training") instanceof ObjectNode training)) {
            return;
        }
        JsonNode device = training.path("device");
        if (device.isArray()
                && !device.isEmpty()
                && StreamSupport.stream(device.spliterator(), false).allMatch(JsonNode::isTextual)) {
            training.put(
                    "device",
                    StreamSupport.stream(device.spliterator(), false)
                            .map(JsonNode::textValue)
                            .collect(Collectors.joining(",")));
        } else if (device.isTextual()) {
            training.put("device", device.textValue().replaceAll(" *, *", ","));
        }
    }
}
