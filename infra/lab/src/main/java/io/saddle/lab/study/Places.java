package io.saddle.lab.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The folders of this machine that a study names as {@code ${data}}, {@code ${judges}}, {@code ${study}} and {@code ${home}}. */
final class Places {

    private static final Pattern PLACE = Pattern.compile("\\$\\{([^}]*)}");

    /** Null where it was not given. */
    private final Map<String, Path> folders = new LinkedHashMap<>();

    /**
     * @param data with data sets as people have them; null: not given
     * @param judges with TorchScript files; null: not given
     * @param study of the study's file
     * @param home of the stack, with what the study makes before it trains, and the models that others start from
     */
    Places(Path data, Path judges, Path study, Path home) {
        folders.put("data", data);
        folders.put("judges", judges);
        folders.put("study", study);
        folders.put("home", home);
    }

    /** The folders that were given, absolute. */
    List<Path> folders() {
        return folders.values().stream()
                .filter(folder -> folder != null)
                .map(Places::absolute)
                .toList();
    }

    /**
     * The folders that services may read, with commas between: what they may read anyhow, and these.
     *
     * @param usual the setting as the environment has it; null: the services' own default
     */
    String dataRoots(String usual, Path distribution) {
        Stream<String> before = usual != null && !usual.isBlank()
                ? Stream.of(usual)
                : Stream.of(
                        System.getProperty("user.home"), distribution.toString(), System.getProperty("java.io.tmpdir"));
        return Stream.concat(before, folders().stream().map(Path::toString)).collect(Collectors.joining(","));
    }

    /** A copy in which every text has its folders in place. */
    JsonNode resolved(JsonNode json) {
        if (json.isTextual()) {
            return JsonNodeFactory.instance.textNode(resolved(json.textValue()));
        }
        if (json instanceof ArrayNode list) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            list.forEach(entry -> copy.add(resolved(entry)));
            return copy;
        }
        if (json instanceof ObjectNode object) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            object.properties().forEach(entry -> copy.set(entry.getKey(), resolved(entry.getValue())));
            return copy;
        }
        return json;
    }

    /** A text with its folders in place; one that is not known stays as it is written. */
    String resolved(String text) {
        return PLACE.matcher(text).replaceAll(place -> {
            Path folder = folders.get(place.group(1));
            return Matcher.quoteReplacement(
                    folder == null ? place.group() : absolute(folder).toString());
        });
    }

    /** A text with this machine's folders as they are written in a study, where it names them. */
    String unresolved(String text) {
        String written = text;
        for (Map.Entry<String, Path> folder : folders.entrySet()) {
            if (folder.getValue() != null) {
                written = written.replace(absolute(folder.getValue()).toString(), "${" + folder.getKey() + "}");
            }
        }
        return written;
    }

    /**
     * What some JSON names and is not there, as the reason why it cannot be used; empty if all is.
     *
     * @param made addresses of files that the study makes before it trains
     */
    Optional<String> missing(JsonNode json, Collection<String> made) {
        TreeSet<String> missing = new TreeSet<>();
        look(json, missing);
        made.forEach(file -> missing.removeIf(text -> text.startsWith(file + " (not in ")));
        return missing.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", missing));
    }

    private void look(JsonNode json, TreeSet<String> missing) {
        if (json.isContainerNode()) {
            json.forEach(part -> look(part, missing));
        } else if (json.isTextual()) {
            look(json.textValue(), missing);
        }
    }

    private void look(String text, TreeSet<String> missing) {
        Matcher places = PLACE.matcher(text);
        boolean any = false;
        while (places.find()) {
            any = true;
            String name = places.group(1);
            if (!folders.containsKey(name)) {
                missing.add(
                        text + " (there is no ${" + name + "}; there are " + String.join(", ", folders.keySet()) + ")");
                return;
            }
            if (folders.get(name) == null) {
                missing.add(text + " (say where with --" + name + ")");
                return;
            }
        }
        if (any && !Files.exists(Path.of(resolved(text)))) {
            missing.add(text + " (not in "
                    + PLACE.matcher(text)
                            .results()
                            .map(place -> absolute(folders.get(place.group(1))).toString())
                            .findFirst()
                            .orElseThrow()
                    + ")");
        }
    }

    private static Path absolute(Path folder) {
        return folder.toAbsolutePath().normalize();
    }
}
