package io.saddle.dataimport.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.saddle.dataset.Column;
import io.saddle.dataset.DataSetAssembly;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The values of pictures, by the pictures' names.
 *
 * @param address of the file, for messages
 * @param layout of the file, for a person
 * @param rows by name as the file has it
 * @param nested keys whose values are left out, since they are objects or arrays
 */
record Attributes(String address, String layout, Map<String, Map<String, String>> rows, Set<String> nested) {

    private static final String FILE_NAME = "file_name";
    private static final List<String> SPLITS = List.of("train", "val", "test");
    private static final ObjectMapper JSON = new ObjectMapper();
    /** A space behind a comma is none of the value, unless it is within quotation marks. */
    private static final CsvMapper CSV =
            CsvMapper.builder().enable(CsvParser.Feature.TRIM_SPACES).build();

    /**
     * A line that says something.
     *
     * @param number in the file, of which the first is 1
     * @param text without spaces around it
     */
    private record Line(int number, String text) {

        static List<Line> of(String text) {
            List<String> all = text.lines().toList();
            return IntStream.range(0, all.size())
                    .filter(i -> !all.get(i).isBlank())
                    .mapToObj(i -> new Line(i + 1, all.get(i).strip()))
                    .toList();
        }
    }

    Attributes(String address, String layout, Map<String, Map<String, String>> rows) {
        this(address, layout, rows, Set.of());
    }

    /**
     * The values of those pictures that have some: by their paths, or else by their names alone.
     *
     * @throws SourceException if a name that stands alone is that of several pictures: whose the values are nobody knows
     */
    Map<String, Map<String, String>> of(List<String> pictures) throws SourceException {
        Map<String, Map<String, String>> found = new HashMap<>();
        for (String path : pictures) {
            if (rows.containsKey(path)) {
                found.put(path, rows.get(path));
            }
        }
        Map<String, String> named = new HashMap<>();
        for (String path : pictures) {
            String name = path.substring(path.lastIndexOf('/') + 1);
            if (!found.containsKey(path) && rows.containsKey(name) && !found.containsKey(name)) {
                String other = named.put(name, path);
                if (other != null) {
                    throw new SourceException(address + ": '" + SafeNames.shown(name) + "' is the name of both '"
                            + SafeNames.shown(other) + "' and '" + SafeNames.shown(path)
                            + "': give the paths in place of the names");
                }
            }
        }
        named.forEach((name, path) -> found.put(path, rows.get(name)));
        return found;
    }

    /**
     * Reads a table of attributes in UTF-8: CelebA's (their number, their names, then a line of each picture), its list of parts, CSV with a
     * line of names, or a line of JSON for each picture.
     *
     * @throws SourceException naming the line
     */
    static Attributes parse(String address, byte[] content) throws IOException {
        Attributes table = table(address, content);
        if (table.rows().isEmpty()) {
            throw new SourceException(address + " has no line of a picture");
        }
        return table;
    }

    private static Attributes table(String address, byte[] content) throws IOException {
        String text = Utf8.decode(address, content);
        List<Line> lines = Line.of(text);
        if (lines.isEmpty()) {
            throw new SourceException(address + " is empty");
        }
        String first = lines.get(0).text();
        if (first.startsWith("{")) {
            return jsonLines(address, lines);
        }
        if (first.matches("[0-9]{1,18}") && lines.size() > 1) {
            return celebA(address, lines);
        }
        if (!first.contains(",") && first.matches("\\S+\\s+[012]")) {
            return parts(address, lines);
        }
        return csv(address, text);
    }

    private static Attributes celebA(String address, List<Line> lines) throws SourceException {
        int second = lines.get(1).number();
        String[] names = lines.get(1).text().split("\\s+");
        requireFew(address, names.length);
        requireDifferent(address + ", line " + second, Arrays.asList(names));
        Map<String, Map<String, String>> rows = new HashMap<>();
        for (Line line : lines.subList(2, lines.size())) {
            String[] cells = line.text().split("\\s+");
            if (cells.length != names.length + 1) {
                throw new SourceException(address + ", line " + line.number() + ": " + (cells.length - 1)
                        + " values for the " + names.length + " names of line " + second);
            }
            rows.put(cells[0], row(names, Arrays.asList(cells).subList(1, cells.length)));
        }
        Line first = lines.get(0);
        if (rows.size() != Long.parseLong(first.text())) {
            throw new SourceException(address + ": line " + first.number() + " says " + first.text()
                    + " pictures, there are " + rows.size() + " lines of them: it is cut off, or names one twice");
        }
        return new Attributes(address, "CelebA's attributes", rows);
    }

    private static Map<String, String> row(String[] names, List<String> cells) {
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) {
            row.put(names[i], cells.get(i));
        }
        return row;
    }

    private static Attributes parts(String address, List<Line> lines) throws SourceException {
        Map<String, Map<String, String>> rows = new HashMap<>();
        for (Line line : lines) {
            String[] cells = line.text().split("\\s+");
            if (cells.length != 2 || !cells[1].matches("[012]")) {
                throw new SourceException(address + ", line " + line.number() + ": expected a name and 0, 1 or 2");
            }
            add(rows, address, line.number(), cells[0], Map.of(Column.SPLIT, SPLITS.get(Integer.parseInt(cells[1]))));
        }
        return new Attributes(address, "CelebA's partition", rows);
    }

    private static Attributes csv(String address, String text) throws IOException {
        Map<String, Map<String, String>> rows = new HashMap<>();
        CsvSchema schema = CsvSchema.emptySchema().withHeader();
        try (MappingIterator<Map<String, String>> table =
                CSV.readerForMapOf(String.class).with(schema).readValues(text)) {
            requireDifferent(address + ", line 1", names(table));
            while (table.hasNext()) {
                // Behind a row it is that of the next one.
                int line = table.getCurrentLocation().getLineNr();
                Map<String, String> row = new LinkedHashMap<>(table.next());
                requireFew(address, row.size());
                String key = row.containsKey(FILE_NAME)
                        ? FILE_NAME
                        : row.keySet().iterator().next();
                if (SafeNames.isPicture(key)) {
                    throw new SourceException(address + " is no CSV with a line of names first: line 1 begins with the"
                            + " picture '" + SafeNames.shown(key) + "'");
                }
                String name = row.remove(key);
                if (name == null || name.isBlank()) {
                    throw new SourceException(
                            address + ", line " + line + ": no name of a picture in column '" + key + "'");
                }
                row.values().removeIf(value -> value == null || value.isEmpty());
                add(rows, address, line, name.strip(), row);
            }
        } catch (JsonProcessingException | RuntimeException e) {
            throw new SourceException(address + " is no CSV with a line of names first: " + reason(e), e);
        }
        return new Attributes(address, "table", rows);
    }

    /** Of the line of names; those of columns that have none are left out, as tables have them at their right. */
    private static List<String> names(MappingIterator<?> table) throws IOException {
        List<String> names = new ArrayList<>();
        if (table.hasNext()) {
            ((CsvSchema) table.getParserSchema()).forEach(column -> names.add(column.getName()));
        }
        names.removeIf(String::isBlank);
        return names;
    }

    /** @throws SourceException for two columns of one name, of which the first would be lost */
    private static void requireDifferent(String place, List<String> names) throws SourceException {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new SourceException(place + ": two columns are called '" + SafeNames.shown(name)
                        + "': give one of them another name, or leave it out");
            }
        }
    }

    /** @throws SourceException for a picture that has values already: which of the two are right nobody knows */
    private static void add(
            Map<String, Map<String, String>> rows, String address, int line, String picture, Map<String, String> row)
            throws SourceException {
        if (rows.putIfAbsent(picture, row) != null) {
            throw new SourceException(
                    address + ", line " + line + ": '" + SafeNames.shown(picture) + "' has a line before");
        }
    }

    private static String reason(Exception e) {
        return e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
    }

    private static Attributes jsonLines(String address, List<Line> lines) throws IOException {
        Map<String, Map<String, String>> rows = new HashMap<>();
        Set<String> nested = new LinkedHashSet<>();
        for (Line line : lines) {
            String place = address + ", line " + line.number();
            Map<String, String> row = scalars(place, line.text().getBytes(StandardCharsets.UTF_8), nested);
            String name = row.remove(FILE_NAME);
            if (name == null) {
                throw new SourceException(place + ": no " + FILE_NAME);
            }
            add(rows, address, line.number(), name, row);
        }
        return new Attributes(address, "lines of JSON", rows, nested);
    }

    /**
     * The keys of a JSON object whose values are numbers, booleans or text.
     *
     * @param nested gets the keys of the others, as they are shown
     */
    static Map<String, String> scalars(String place, byte[] json, Set<String> nested) throws SourceException {
        JsonNode tree;
        try {
            tree = JSON.readTree(json);
        } catch (IOException e) {
            throw new SourceException(place + ": no JSON: " + reason(e), e);
        }
        if (tree == null || !tree.isObject()) {
            throw new SourceException(place + ": a JSON object is expected");
        }
        requireFew(place, tree.size());
        Map<String, String> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : tree.properties()) {
            if (field.getValue().isContainerNode()) {
                nested.add(SafeNames.shown(field.getKey()));
            } else if (!field.getValue().isNull()) {
                values.put(field.getKey(), field.getValue().asText());
            }
        }
        return values;
    }

    private static void requireFew(String address, int columns) throws SourceException {
        if (columns > DataSetAssembly.MOST_COLUMNS) {
            throw new SourceException(address + " has " + columns + " columns; at most " + DataSetAssembly.MOST_COLUMNS
                    + " are taken: leave out those that no run asks for");
        }
    }
}
