package io.saddle.pipeline.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The references in texts, {@code ${steps.NAME.OUTPUT}} and {@code ${matrix.KEY}}. */
public final class References {

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}]*)}");

    private References() {}

    /** Every reference in a tree, without {@code ${}}, in the order in which they stand there. */
    static Collection<String> in(JsonNode tree) {
        Set<String> found = new LinkedHashSet<>();
        collect(tree, found);
        return found;
    }

    private static void collect(JsonNode tree, Set<String> found) {
        if (tree.isTextual()) {
            Matcher matcher = REFERENCE.matcher(tree.textValue());
            while (matcher.find()) {
                found.add(matcher.group(1));
            }
        }
        tree.forEach(member -> collect(member, found));
    }

    /**
     * A copy with values in the place of references. A text that is nothing but a reference becomes the value itself, a number where it is
     * one; within a text a value stands as it is written; those that have no value stay.
     */
    public static JsonNode resolve(JsonNode tree, Function<String, Optional<JsonNode>> values) {
        if (tree.isTextual()) {
            return resolved(tree.textValue(), values);
        }
        JsonNode copy = tree.deepCopy();
        if (copy instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> member : object.properties()) {
                member.setValue(resolve(member.getValue(), values));
            }
        } else if (copy instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, resolve(array.get(i), values));
            }
        }
        return copy;
    }

    private static JsonNode resolved(String text, Function<String, Optional<JsonNode>> values) {
        Matcher matcher = REFERENCE.matcher(text);
        if (matcher.matches()) {
            return values.apply(matcher.group(1)).orElse(TextNode.valueOf(text));
        }
        matcher.reset();
        return TextNode.valueOf(matcher.replaceAll(found -> Matcher.quoteReplacement(
                values.apply(found.group(1)).map(JsonNode::asText).orElse(found.group()))));
    }
}
