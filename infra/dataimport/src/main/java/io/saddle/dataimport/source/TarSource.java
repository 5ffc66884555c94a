package io.saddle.dataimport.source;

import io.saddle.dataset.Column;
import io.saddle.dataset.DataSetAssembly;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * TAR archives as WebDataset lays them out: files that follow each other and have one name up to the first dot are a picture
 * ({@code .jpg}, {@code .png}, {@code .webp}) and its values ({@code .cls}, {@code .json}, {@code .txt}). Values that stand apart from
 * their picture are refused. Read as streams.
 */
final class TarSource implements PictureSource {

    private final List<Path> archives;
    /** Null until a picture's folder needs those beside it, or what is said of labels: both may follow behind it. */
    private ClassFolders folders;

    private final FileSplits splits;

    /** Names of pictures that are not read here; the beginning of an archive is read twice. */
    private final Set<String> otherPictures = new LinkedHashSet<>();
    /** Keys of pictures' values that are objects or arrays. */
    private final Set<String> nested = new LinkedHashSet<>();

    TarSource(List<Path> archives) {
        this.archives = archives;
        splits = new FileSplits(archives);
    }

    /** Files of one picture, so far. */
    private static final class Sample {
        private static final String TEXT = "text";

        private final String key;
        private final Map<String, String> values = new LinkedHashMap<>();
        private final Set<String> nested = new LinkedHashSet<>();
        private String name;
        private byte[] encoded;
        /** The last file of values. */
        private String valuesName;

        Sample(String key) {
            this.key = key;
        }

        /** Whether there is more than a caption: folders say no class then. */
        boolean isDescribed() {
            return values.keySet().stream().anyMatch(column -> !column.equals(TEXT));
        }
    }

    /**
     * The names of an archive's files so far, and their keys. Two samples of one key, of which one is a picture and the other values
     * alone, were one that was torn apart. Values of a key that no picture has, such as a README.txt, are no picture's, and nothing is
     * lost.
     */
    private static final class Keys {
        private final Path archive;
        private final Set<String> files = new HashSet<>();
        private final Set<String> pictures = new HashSet<>();
        /** Names of files of values without a picture, by key. */
        private final Map<String, String> values = new HashMap<>();

        Keys(Path archive) {
            this.archive = archive;
        }

        /** @throws SourceException for a file that was there before: tar itself unpacks the last one alone */
        void requireNew(String file) throws SourceException {
            if (!files.add(file)) {
                throw SafeNames.twice(archive.toString(), file);
            }
        }

        void add(Sample sample) throws SourceException {
            if (sample.encoded != null) {
                pictures.add(sample.key);
            } else if (sample.valuesName != null) {
                values.put(sample.key, sample.valuesName);
            }
            if (pictures.contains(sample.key) && values.containsKey(sample.key)) {
                throw new SourceException(archive + ": '" + values.get(sample.key)
                        + "' stands apart from its picture, and would be lost: pack the files of a picture one behind the"
                        + " other (tar --sort=name)");
            }
        }
    }

    @Override
    public String layout() {
        return "WebDataset" + (archives.size() > 1 ? ", " + archives.size() + " archives" : "");
    }

    @Override
    public List<Path> files() {
        return archives;
    }

    /** Known when all was read. */
    @Override
    public List<String> notes() {
        List<String> notes = new ArrayList<>(LeftOut.pictures(otherPictures));
        notes.addAll(LeftOut.nested(nested));
        return notes;
    }

    @Override
    public OptionalLong count() {
        return OptionalLong.empty();
    }

    @Override
    public void read(long first, Visitor visitor) throws IOException {
        Skipping counted = new Skipping(first, visitor);
        for (Path archive : archives) {
            counted.archive = archive;
            if (!read(archive, counted)) {
                return;
            }
        }
        if (counted.seen == 0) {
            throw new SourceException(archives.get(0) + " has no picture in it");
        }
    }

    /** Those that tell what the folders of a picture say. */
    private ClassFolders foldersOf(Sample sample) throws IOException {
        String folder = ClassFolders.above(sample.name);
        if (folders == null
                && (ClassFolders.isCalledSplit(folder) || !sample.isDescribed() && ClassFolders.isNumbered(folder))) {
            folders = folders();
        }
        return folders == null ? new ClassFolders(Set.of(), false) : folders;
    }

    /** Those of all archives, by the names in them, and by what they say of labels. */
    private ClassFolders folders() throws IOException {
        Set<String> found = new HashSet<>();
        boolean isUnlabelled = false;
        for (Path archive : archives) {
            try (TarArchive tar = TarArchive.open(archive)) {
                for (String name = tar.next(); name != null; name = tar.next()) {
                    if (SafeNames.isPicture(name)) {
                        found.add(ClassFolders.above(name));
                    } else if (fileName(name).equals(TreeSource.LABELS)) {
                        isUnlabelled |= TreeSource.labels(place(archive, name), tar.content(name)) != null;
                    }
                }
            }
        }
        return ClassFolders.of(found, isUnlabelled);
    }

    /** Leaves pictures out at the beginning. */
    private final class Skipping {
        private final long first;
        private final Visitor visitor;
        private Path archive;
        private long seen;

        Skipping(long first, Visitor visitor) {
            this.first = first;
            this.visitor = visitor;
        }

        boolean take(Sample sample) throws IOException {
            if (sample.encoded == null) {
                return true;
            }
            // Keys that differ from picture to picture would take any amount of memory.
            if (nested.size() < DataSetAssembly.MOST_COLUMNS) {
                nested.addAll(sample.nested);
            }
            if (seen++ < first) {
                return true;
            }
            byte[] encoded = sample.encoded;
            return visitor.take(new SourcePicture(
                    sample.name, decoder -> decoder.decode(encoded), splits.with(archive, withFolders(sample))));
        }

        private Map<String, String> withFolders(Sample sample) throws IOException {
            ClassFolders said = foldersOf(sample);
            if (sample.isDescribed()) {
                return said.withSplit(sample.name, sample.values);
            }
            Map<String, String> values = new LinkedHashMap<>(said.values(sample.name));
            values.putAll(sample.values);
            return values;
        }
    }

    private boolean read(Path archive, Skipping visitor) throws IOException {
        Keys keys = new Keys(archive);
        Sample sample = null;
        try (TarArchive tar = TarArchive.open(archive)) {
            for (String name = tar.next(); name != null; name = tar.next()) {
                keys.requireNew(name);
                String key = key(name);
                if (sample == null || !sample.key.equals(key)) {
                    if (!take(sample, keys, visitor)) {
                        return false;
                    }
                    sample = new Sample(key);
                }
                add(archive, sample, name, tar);
            }
            tar.requireEnd();
        }
        return take(sample, keys, visitor);
    }

    private static boolean take(Sample sample, Keys keys, Skipping visitor) throws IOException {
        if (sample == null) {
            return true;
        }
        keys.add(sample);
        return visitor.take(sample);
    }

    /** The path up to the first dot of the file's name. */
    private static String key(String name) {
        int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
        return dot < 0 ? name : name.substring(0, dot);
    }

    private static String fileName(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    private static String place(Path archive, String name) {
        return archive + ": '" + name + "'";
    }

    private void add(Path archive, Sample sample, String name, TarArchive tar) throws IOException {
        String place = place(archive, name);
        if (SafeNames.isPicture(name)) {
            if (sample.encoded != null) {
                throw new SourceException(place + ": " + sample.name + " is a picture of the same name");
            }
            sample.name = name;
            sample.encoded = tar.content(name);
            return;
        }
        String file = fileName(name);
        if (TreeSource.TABLES.contains(file)) {
            throw table(place);
        }
        switch (SafeNames.extension(name)) {
            case "cls" -> sample.values.put(Column.CLASS, tar.text(name));
            case "txt" -> sample.values.put(Sample.TEXT, tar.text(name));
            case "json" -> {
                byte[] json = tar.content(name);
                Attributes labels = file.equals(TreeSource.LABELS) ? TreeSource.labels(place, json) : null;
                if (labels != null && !labels.rows().isEmpty()) {
                    throw table(place);
                }
                sample.values.putAll(Attributes.scalars(place, json, sample.nested));
            }
            default -> {
                // Anything else that someone keeps beside a picture.
                if (SafeNames.isOtherPicture(name)) {
                    otherPictures.add(archive.getFileName() + "/" + name);
                }
                return;
            }
        }
        sample.valuesName = name;
    }

    /** It may follow behind the pictures that it is about. */
    private static SourceException table(String place) {
        return new SourceException(
                place
                        + " has values of pictures, which are not read from a TAR and would be lost: unpack it, or make a ZIP of it");
    }
}
