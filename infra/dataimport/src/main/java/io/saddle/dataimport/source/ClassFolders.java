package io.saddle.dataimport.source;

import io.saddle.dataset.Column;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the folders of pictures say: the folder of a picture is its class; train, val and test above it or in place of it are its split,
 * in letters of any size, and training and testing for train and test. But a picture's folder that is the only one called so of several side by side is a class: bus, car and train are vehicles, while
 * train, test and extra are parts of a data set.
 *
 * @param classes the folders that are classes although they are called as a split
 * @param isUnlabelled whether the source says that there are no classes: StyleGAN's tool puts every thousand pictures into a folder
 *     that is called by a number
 */
record ClassFolders(Set<String> classes, boolean isUnlabelled) {

    /** Splits by what folders and files are called in small letters. */
    private static final Map<String, String> SPLITS = Map.of(
            "train", "train",
            "training", "train",
            "val", "val",
            "valid", "valid",
            "validation", "validation",
            "test", "test",
            "testing", "test");

    /** @param pictures folders that pictures lie in */
    static ClassFolders of(Set<String> pictures, boolean isUnlabelled) {
        Set<String> folders = new HashSet<>();
        for (String picture : pictures) {
            String folder = picture;
            while (!folder.isEmpty() && folders.add(folder)) {
                folder = above(folder);
            }
        }
        Map<String, List<String>> sideBySide = folders.stream().collect(Collectors.groupingBy(ClassFolders::above));
        Set<String> classes = new HashSet<>();
        for (List<String> siblings : sideBySide.values()) {
            List<String> splits =
                    siblings.stream().filter(ClassFolders::isCalledSplit).toList();
            if (splits.size() == 1 && siblings.size() > 1) {
                classes.addAll(splits);
            }
        }
        return new ClassFolders(classes, isUnlabelled);
    }

    /** The folder of a file or folder; empty at the top. */
    static String above(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    static boolean isCalledSplit(String folder) {
        return split(name(folder)) != null;
    }

    static boolean isNumbered(String folder) {
        return name(folder).matches("[0-9]+");
    }

    private static String name(String folder) {
        return folder.substring(folder.lastIndexOf('/') + 1);
    }

    /** The split that a name says; null if it says none. */
    static String split(String name) {
        return SPLITS.get(name.toLowerCase(Locale.ROOT));
    }

    /** The values of a picture, by column. */
    Map<String, String> values(String picture) {
        Map<String, String> values = new LinkedHashMap<>();
        String folder = above(picture);
        if (folder.isEmpty()) {
            return values;
        }
        boolean isSplit = isCalledSplit(folder) && !classes.contains(folder);
        for (String part : (isSplit ? folder : above(folder)).split("/")) {
            if (isCalledSplit(part)) {
                values.putIfAbsent(Column.SPLIT, split(part));
            }
        }
        if (!isSplit && !(isUnlabelled && isNumbered(folder))) {
            values.put(Column.CLASS, name(folder));
        }
        return values;
    }

    /** Values that a picture has from elsewhere, with the split that its folders say where they say none. */
    Map<String, String> withSplit(String picture, Map<String, String> described) {
        String split = values(picture).get(Column.SPLIT);
        if (split == null || described.containsKey(Column.SPLIT)) {
            return described;
        }
        Map<String, String> all = new LinkedHashMap<>(described);
        all.put(Column.SPLIT, split);
        return all;
    }
}
