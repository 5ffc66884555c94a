package io.saddle.dataimport.source;

import io.saddle.dataset.Column;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the names of files that lie together say of the split of all that is in them, as Hugging Face names its files
 * ({@code train-00000-of-00002.parquet} beside {@code test-00000-of-00001.parquet}) and WebDataset its shards. A file by itself is a
 * whole data set, whatever it is called.
 */
public final class FileSplits {

    private final Map<Path, String> splits = new HashMap<>();

    /** @param files that one data set is made of */
    public FileSplits(List<Path> files) {
        if (files.size() > 1) {
            for (Path file : files) {
                List<String> said = Arrays.stream(file.getFileName().toString().split("[^A-Za-z]+"))
                        .map(ClassFolders::split)
                        .filter(Objects::nonNull)
                        .toList();
                // train-test-mix.tar says nothing.
                if (said.size() == 1) {
                    splits.put(file, said.get(0));
                }
            }
        }
    }

    /** Values of a picture of a file, with the split that the file's name says where they say none. */
    public Map<String, String> with(Path file, Map<String, String> values) {
        String split = splits.get(file);
        if (split == null || values.containsKey(Column.SPLIT)) {
            return values;
        }
        Map<String, String> all = new LinkedHashMap<>(values);
        all.put(Column.SPLIT, split);
        return all;
    }
}
