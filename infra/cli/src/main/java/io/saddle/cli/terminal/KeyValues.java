package io.saddle.cli.terminal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.run.spec.Problem;
import io.saddle.run.spec.YamlTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Keys and values of a command line as a tree: a dot leads into a section. */
public final class KeyValues {

    private KeyValues() {}

    /**
     * The tree.
     *
     * @param values in YAML, as specifications have them, by key
     * @throws CommandException naming a key that is none, or whose value is none
     */
    public static ObjectNode tree(Map<String, String> values) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        values.forEach((key, text) -> {
            String[] path = key.split("\\.", -1);
            if (Stream.of(path).anyMatch(String::isBlank)) {
                throw new CommandException(
                        ExitCode.INVALID_INPUT, "'" + key + "' is no key: sections and a name, with dots between");
            }
            try {
                ObjectNode section = tree;
                for (int i = 0; i < path.length - 1; i++) {
                    section = section.withObjectProperty(path[i]);
                }
                section.set(path[path.length - 1], value(key, text));
            } catch (UnsupportedOperationException e) {
                throw new CommandException(
                        ExitCode.INVALID_INPUT, key + ": leads into what another key gives a value; give one of them");
            }
        });
        return tree;
    }

    private static JsonNode value(String key, String text) {
        List<Problem> problems = new ArrayList<>();
        JsonNode value = YamlTree.read(text, problems);
        if (!problems.isEmpty()) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT, key + ": '" + text + "' is no value: a number, text, true, [a list]");
        }
        return value;
    }
}
