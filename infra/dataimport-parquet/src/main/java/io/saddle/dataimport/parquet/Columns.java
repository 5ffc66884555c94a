package io.saddle.dataimport.parquet;

import io.saddle.dataimport.source.SourceException;
import io.saddle.dataset.DataSetAssembly;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The columns that are read.
 *
 * @param image bytes of pictures
 * @param values all others at the top of the schema whose values can be told as text, in their order
 */
record Columns(Leaf image, Map<Leaf, ValueText> values) {

    private static final String BYTES = "bytes";
    private static final Set<String> PLAIN_IMAGES = Set.of("image", "img", BYTES);
    private static final int SHOWN = 20;

    /** @throws SourceException if there is no column of pictures, or there are too many columns */
    static Columns of(Path file, List<Leaf> leaves, ClassLabels labels) throws SourceException {
        List<String> names = leaves.stream().map(Leaf::top).distinct().toList();
        Leaf image = leaves.stream()
                .filter(Columns::holdsPictures)
                .findFirst()
                .or(() -> leaves.stream().filter(Columns::isPlainImage).findFirst())
                .orElseThrow(() -> new SourceException(file
                        + " has no column of pictures, neither a group with 'bytes' as"
                        + " Hugging Face writes it, nor bytes named image, img or bytes; it has " + shown(names)));
        if (names.size() - 1 > DataSetAssembly.MOST_COLUMNS) {
            throw new SourceException(file + " has " + (names.size() - 1) + " columns beside the pictures; at most "
                    + DataSetAssembly.MOST_COLUMNS + " are taken: leave out those that no run asks for");
        }
        Map<Leaf, ValueText> values = new LinkedHashMap<>();
        for (Leaf leaf : leaves) {
            if (leaf.path().size() == 1 && !leaf.repeated() && leaf != image) {
                Optional<ValueText> text = ValueText.of(leaf.element(), labels.names(leaf.top()));
                text.ifPresent(found -> values.put(leaf, found));
            }
        }
        return new Columns(image, values);
    }

    private static boolean holdsPictures(Leaf leaf) {
        return leaf.path().size() == 2 && leaf.path().get(1).equals(BYTES) && leaf.binary() && !leaf.repeated();
    }

    private static boolean isPlainImage(Leaf leaf) {
        return leaf.path().size() == 1 && PLAIN_IMAGES.contains(leaf.top()) && leaf.binary() && !leaf.repeated();
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
