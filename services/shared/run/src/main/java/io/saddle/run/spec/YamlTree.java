package io.saddle.run.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * YAML text as a JSON tree, by the rules of YAML 1.2's core schema: {@code 2e-3} is a number, {@code no} is text. Repeated keys,
 * tags and aliases of whole sections are problems; nothing is ever instantiated.
 */
public final class YamlTree {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+");
    private static final Pattern FLOAT = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
    private static final Set<String> TRUE = Set.of("true", "True", "TRUE");
    private static final Set<String> FALSE = Set.of("false", "False", "FALSE");

    /** Of all single values together: more than any text that is taken has, unless aliases repeat it. */
    private static final int MOST_CHARACTERS = 1 << 22;

    private final List<Problem> problems = new ArrayList<>();
    /** Of all single values so far, repeated ones as often as they stand there. */
    private long characters;

    private final Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private YamlTree() {}

    /**
     * Reads one document.
     *
     * @param problems takes what is wrong, each at its line and column
     * @return null if the text is not YAML at all; what can be read otherwise
     */
    public static JsonNode read(String yaml, List<Problem> problems) {
        try {
            Node root = new Yaml(new LoaderOptions()).compose(new StringReader(yaml));
            YamlTree tree = new YamlTree();
            JsonNode json = root == null ? NullNode.getInstance() : tree.json(root);
            problems.addAll(tree.problems);
            return json;
        } catch (MarkedYAMLException e) {
            problems.add(new Problem(place(e.getProblemMark()), "is not valid YAML: " + e.getProblem()));
        } catch (YAMLException | IllegalArgumentException e) {
            // The latter of a tag that is no tag: "!%2".
            problems.add(new Problem("", "is not valid YAML: " + e.getMessage()));
        }
        return null;
    }

    private static String place(Mark mark) {
        return mark == null ? "" : "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
    }

    private void problem(Node node, String message) {
        problems.add(new Problem(place(node.getStartMark()), message));
    }

    private JsonNode json(Node node) {
        if (!node.getTag().startsWith("tag:yaml.org,2002:")) {
            problem(node, "tags such as " + node.getTag() + " are not supported");
        }
        if (node instanceof ScalarNode scalar) {
            characters += scalar.getValue().length();
            if (characters > MOST_CHARACTERS) {
                throw new YAMLException("its values come to more than " + MOST_CHARACTERS
                        + " characters, with those that aliases (*name) repeat");
            }
            return scalar.isPlain() ? plain(scalar.getValue()) : JSON.textNode(scalar.getValue());
        }
        if (!seen.add(node)) {
            problem(
                    node,
                    "an alias (*name) of a whole section is not supported; write the section out where it is needed");
            return NullNode.getInstance();
        }
        return node instanceof MappingNode mapping ? object(mapping) : array((SequenceNode) node);
    }

    private ArrayNode array(SequenceNode sequence) {
        ArrayNode array = JSON.arrayNode();
        sequence.getValue().forEach(element -> array.add(json(element)));
        return array;
    }

    private ObjectNode object(MappingNode mapping) {
        ObjectNode object = JSON.objectNode();
        for (NodeTuple entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                problem(entry.getKeyNode(), "a key must be a single word");
            } else if (object.has(key.getValue())) {
                problem(key, "the key '" + key.getValue() + "' stands here twice");
            } else {
                object.set(key.getValue(), json(entry.getValueNode()));
            }
        }
        return object;
    }

    private static JsonNode plain(String text) {
        if (NULLS.contains(text)) {
            return NullNode.getInstance();
        }
        if (TRUE.contains(text) || FALSE.contains(text)) {
            return JSON.booleanNode(TRUE.contains(text));
        }
        if (INTEGER.matcher(text).matches()) {
            return integer(new BigInteger(text));
        }
        return FLOAT.matcher(text).matches() ? JSON.numberNode(Double.parseDouble(text)) : JSON.textNode(text);
    }

    private static JsonNode integer(BigInteger value) {
        if (value.bitLength() < Integer.SIZE) {
            return JSON.numberNode(value.intValue());
        }
        return value.bitLength() < Long.SIZE ? JSON.numberNode(value.longValue()) : JSON.numberNode(value);
    }
}
