package io.saddle.dataimport.parquet;

import io.saddle.dataimport.source.SourceException;
import io.saddle.dataset.DataSetAssembly;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The columns that are read.
 *
 * @param image bytes of pictures
 * @param values all others at the top of the schema whose values can be told as text, in their order
 * @param classes names of the classes of each that has whole numbers, by its name; empty: it has none
 * @param leftOut all the rest with their types, for a person
 */
record Columns(Leaf image, Map<Leaf, ValueText> values, Map<String, List<String>> classes, Set<String> leftOut) {

    private static final String BYTES = "bytes";
    /** What the pictures' column is called, the likelier name first. */
    private static final List<String> IMAGES = List.of("image", "img", BYTES);

    private static final int SHOWN = 20;

    /** @throws SourceException if there is no column of pictures, or there are too many columns */
    static Columns of(Path file, List<Leaf> leaves, ClassLabels labels) throws SourceException {
        List<String> names = leaves.stream().map(Leaf::top).distinct().toList();
        Leaf image = pictures(file, leaves, names);
        if (names.size() - 1 > DataSetAssembly.MOST_COLUMNS) {
            throw new SourceException(file + " has " + (names.size() - 1) + " columns beside the pictures; at most "
                    + DataSetAssembly.MOST_COLUMNS + " are taken: leave out those that no run asks for");
        }
        Columns columns = new Columns(image, new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashSet<>());
        for (Leaf leaf : leaves) {
            // A picture's group has its path, too.
            if (!leaf.top().equals(image.top())) {
                columns.add(leaf, labels.names(leaf.top()));
            }
        }
        return columns;
    }

    private void add(Leaf leaf, List<String> names) {
        Optional<ValueText> text =
                leaf.path().size() == 1 && !leaf.repeated() ? ValueText.of(leaf.element(), names) : Optional.empty();
        if (text.isEmpty()) {
            leftOut.add(leaf.described());
            return;
        }
        values.put(leaf, text.get());
        if (leaf.wholeNumbers()) {
            classes.put(leaf.top(), names);
        }
    }

    /** Of several columns that may be the pictures, such as masks beside them, the one that is called so. */
    private static Leaf pictures(Path file, List<Leaf> leaves, List<String> names) throws SourceException {
        for (Predicate<Leaf> kind : List.<Predicate<Leaf>>of(Columns::holdsPictures, Columns::isPlainImage)) {
            List<Leaf> found = leaves.stream().filter(kind).toList();
            for (String name : IMAGES) {
                for (Leaf leaf : found) {
                    if (leaf.top().equals(name)) {
                        return leaf;
                    }
                }
            }
            if (found.size() == 1) {
                return found.get(0);
            }
            if (!found.isEmpty()) {
                throw new SourceException(file + " has more than one column of pictures: "
                        + shown(found.stream().map(Leaf::top).toList())
                        + "; call the one that is meant 'image', or leave the others out");
            }
        }
        throw new SourceException(file
                + " has no column of pictures, neither a group with 'bytes' as"
                + " Hugging Face writes it, nor bytes named image, img or bytes; it has " + shown(names));
    }

    private static boolean holdsPictures(Leaf leaf) {
        return leaf.path().size() == 2 && leaf.path().get(1).equals(BYTES) && leaf.binary() && !leaf.repeated();
    }

    private static boolean isPlainImage(Leaf leaf) {
        return leaf.path().size() == 1 && IMAGES.contains(leaf.top()) && leaf.binary() && !leaf.repeated();
    }

    private static String shown(List<String> names) {
        return names.isEmpty()
                ? "no column"
                : names.stream().limit(SHOWN).map(Leaf::shown).collect(Collectors.joining("', '", "'", "'"))
                        + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "");
    }

    /** All of them: that of pictures first. */
    List<Leaf> leaves() {
        List<Leaf> all = new ArrayList<>();
        all.add(image);
        all.addAll(values.keySet());
        return all;
    }
}
