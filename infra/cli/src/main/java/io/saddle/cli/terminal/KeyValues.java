package io.saddle.cli.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.Map;

/** Keys and values of a command line as a tree: a dot leads into a section. */
public final class KeyValues {

    private static final YAMLMapper YAML = new YAMLMapper();

    private KeyValues() {}

    /**
     * The tree.
     *
     * @param values in YAML, by key
     * @throws CommandException naming a key whose value is none
     */
    public static ObjectNode tree(Map<String, String> values) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        values.forEach((key, text) -> {
            String[] path = key.split("\\.");
            try {
                ObjectNode section = tree;
                for (int i = 0; i < path.length - 1; i++) {
                    section = section.withObjectProperty(path[i]);
                }
                section.set(path[path.length - 1], YAML.readTree(text));
            } catch (JsonProcessingException e) {
                throw new CommandException(
                        ExitCode.INVALID_INPUT, key + ": '" + text + "' is no value: a number, text, true, [a list]");
            } catch (UnsupportedOperationException e) {
                throw new CommandException(
                        ExitCode.INVALID_INPUT, key + ": leads into what another key gives a value; give one of them");
            }
        });
        return tree;
    }
}
