package io.saddle.dataimport.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.dataimport.picture.UnreadablePictureException;
import io.saddle.dataset.Column;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Pictures of a folder or ZIP, in the order of their paths. Their values come from a table that was given, from metadata.csv,
 * metadata.jsonl or dataset.json (StyleGAN, EDM) beside them, or else from the folders that they lie in. A split is the folders'
 * wherever no table says one: what a source keeps apart stays so.
 */
final class TreeSource implements PictureSource {

    /** Files with a row for each picture beside or below them. */
    static final List<String> TABLES = List.of("metadata.csv", "metadata.jsonl");

    /** StyleGAN's file of labels; only where it has some. */
    static final String LABELS = "dataset.json";

    private final Tree tree;
    private final List<String> pictures;
    private final String layout;
    private final Values values;
    private final List<String> notes;

    /** The values of a picture. */
    @FunctionalInterface
    private interface Values {
        Map<String, String> of(String path);
    }

    private TreeSource(Tree tree, List<String> pictures, String layout, Values values, List<String> notes) {
        this.tree = tree;
        this.pictures = pictures;
        this.layout = layout;
        this.values = values;
        this.notes = notes;
    }

    /**
     * @param tree closed with the source
     * @param given a table of attributes; null: look for one
     */
    static TreeSource of(Tree tree, Attributes given) throws IOException {
        List<String> pictures =
                tree.files().stream().filter(SafeNames::isPicture).toList();
        if (pictures.isEmpty()) {
            throw new SourceException(tree.address() + " has no picture (.jpg, .png, .webp, .gif, .bmp) in it");
        }
        List<String> notes = new ArrayList<>(LeftOut.pictures(
                tree.files().stream().filter(SafeNames::isOtherPicture).toList()));
        List<String> tables =
                TABLES.stream().filter(name -> !called(tree, name).isEmpty()).toList();
        Attributes table = given != null ? given : table(tree, tables);
        boolean isUnlabelled = table != null && table.rows().isEmpty();
        ClassFolders folders =
                ClassFolders.of(pictures.stream().map(ClassFolders::above).collect(Collectors.toSet()), isUnlabelled);
        if (table != null && !isUnlabelled) {
            Map<String, Map<String, String>> rows = table.of(pictures);
            if (rows.isEmpty()) {
                throw new SourceException(table.address() + " names no picture of " + tree.address() + ": it has "
                        + first(table.rows().keySet()) + ", the pictures are " + first(pictures));
            }
            List<String> others = given != null || tables.isEmpty() ? tables : tables.subList(1, tables.size());
            notes.addAll(LeftOut.files(
                    "tables of values besides " + table.address(),
                    tree.files().stream()
                            .filter(path -> others.contains(fileName(path)))
                            .filter(path -> !address(tree, path).equals(table.address()))
                            .toList()));
            notes.addAll(notes(table, pictures.size(), rows.size()));
            notes.addAll(LeftOut.nested(table.nested()));
            return new TreeSource(
                    tree,
                    pictures,
                    "pictures with " + table.layout(),
                    path -> folders.withSplit(path, rows.getOrDefault(path, Map.of())),
                    notes);
        }
        boolean inFolders =
                pictures.stream().anyMatch(path -> !folders.values(path).isEmpty());
        return new TreeSource(tree, pictures, inFolders ? "class folders" : "pictures", folders::values, notes);
    }

    /** A table that is cut off, or names pictures otherwise, is seen by what it leaves without values. */
    private static List<String> notes(Attributes table, int pictures, int described) {
        List<String> notes = new ArrayList<>();
        if (described < pictures) {
            notes.add(pictures - described + " of " + pictures + " pictures have no values: " + table.address()
                    + " does not name them");
        }
        int unused = table.rows().size() - described;
        if (unused > 0) {
            notes.add(unused + " of the " + table.rows().size() + " pictures that " + table.address()
                    + " names are not there");
        }
        return notes;
    }

    private static String first(Iterable<String> names) {
        return "'" + names.iterator().next() + "'";
    }

    /** @param tables those of {@link #TABLES} that are there; the first is read */
    private static Attributes table(Tree tree, List<String> tables) throws IOException {
        String name = tables.isEmpty() ? LABELS : tables.get(0);
        return joined(tree, name, called(tree, name));
    }

    private static List<String> called(Tree tree, String name) {
        return tree.files().stream().filter(path -> fileName(path).equals(name)).toList();
    }

    private static String address(Tree tree, String file) {
        return tree.address() + "/" + file;
    }

    private static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /**
     * Hugging Face's have one in each split's folder; null if none says anything. Only labels may be without rows.
     *
     * @throws SourceException for a picture that two of them name: which of the two are right nobody knows
     */
    private static Attributes joined(Tree tree, String name, List<String> files) throws IOException {
        Map<String, Map<String, String>> rows = new HashMap<>();
        Map<String, String> addresses = new HashMap<>();
        Set<String> nested = new LinkedHashSet<>();
        String layout = null;
        for (String file : files) {
            String address = address(tree, file);
            byte[] content = table(tree, file, address);
            Attributes found = name.equals(LABELS) ? labels(address, content) : Attributes.parse(address, content);
            if (found != null) {
                String prefix = file.substring(0, file.length() - name.length());
                for (Map.Entry<String, Map<String, String>> row : found.rows().entrySet()) {
                    String picture = prefix + row.getKey();
                    String other = addresses.put(picture, address);
                    if (other != null) {
                        throw new SourceException(address + ": '" + SafeNames.shown(picture) + "' has values in "
                                + other + ", too: leave it out of one of them");
                    }
                    rows.put(picture, row.getValue());
                }
                nested.addAll(found.nested());
                layout = found.layout();
            }
        }
        return layout == null ? null : new Attributes(address(tree, files.get(0)), layout, rows, nested);
    }

    private static byte[] table(Tree tree, String file, String address) throws IOException {
        String remedy = fileName(file).equals(LABELS)
                ? "give its labels as CSV (file_name,class) by --attributes"
                : "give it as a file by --attributes";
        try {
            return tree.read(file, "has more than " + (SafeNames.MOST_BYTES >> 20) + " MiB: " + remedy);
        } catch (UnreadablePictureException e) {
            throw new SourceException(address + ": " + e.getMessage(), e);
        }
    }

    /** {"labels": [["00000/img00000000.png", 0], ...]}; without rows if it says that there are none, null if it says nothing of labels. */
    static Attributes labels(String address, byte[] content) throws IOException {
        JsonNode labels;
        try {
            labels = new ObjectMapper().readTree(content).path("labels");
        } catch (IOException e) {
            throw new SourceException(address + " is no JSON: " + e.getMessage(), e);
        }
        if (labels.isMissingNode()) {
            return null;
        }
        Map<String, Map<String, String>> rows = new HashMap<>();
        for (JsonNode pair : labels) {
            if (!pair.isArray()
                    || pair.size() != 2
                    || !pair.get(0).isTextual()
                    || !pair.get(1).isValueNode()
                    || pair.get(1).isNull()) {
                throw new SourceException(
                        address + ": label " + rows.size() + " is not a name and a class, but " + pair);
            }
            String picture = pair.get(0).asText();
            if (rows.putIfAbsent(picture, Map.of(Column.CLASS, pair.get(1).asText())) != null) {
                throw new SourceException(
                        address + ", label " + rows.size() + ": '" + SafeNames.shown(picture) + "' has one before");
            }
        }
        return new Attributes(address, "StyleGAN's labels", rows);
    }

    @Override
    public String layout() {
        return layout;
    }

    @Override
    public List<String> notes() {
        return notes;
    }

    @Override
    public OptionalLong count() {
        return OptionalLong.of(pictures.size());
    }

    @Override
    public void read(long first, Visitor visitor) throws IOException {
        for (long i = first; i < pictures.size(); i++) {
            String path = pictures.get((int) i);
            SourcePicture picture = new SourcePicture(
                    path, decoder -> decoder.decode(tree.read(path, SafeNames.NO_PICTURE)), values.of(path));
            if (!visitor.take(picture)) {
                return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        tree.close();
    }
}
