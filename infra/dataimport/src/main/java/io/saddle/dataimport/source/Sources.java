package io.saddle.dataimport.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds out what kind a source is. */
public final class Sources {

    /** Endings of files that hold many pictures besides those of archives. */
    private static final Set<String> OTHERS = Set.of("npz", "parquet");

    private Sources() {}

    /**
     * A kind of source that comes in a module of its own.
     */
    public interface Provider {
        /** True if a file is of this kind; looks at its first bytes at most. */
        boolean recognises(Path file) throws IOException;

        /** @param files all of this kind, in the order of their names */
        PictureSource open(List<Path> files) throws IOException;
    }

    /**
     * Opens a source.
     *
     * @param source a file or a folder
     * @param attributes a table of values; null: what the source itself has
     * @throws SourceException if it is not there, or of no kind that is known
     */
    public static PictureSource open(Path source, Path attributes) throws IOException {
        if (!Files.exists(source)) {
            throw new SourceException(source + ": no such file or folder");
        }
        if (!Files.isReadable(source)) {
            throw new SourceException(source + " may not be read by this user");
        }
        Attributes table = attributes == null ? null : table(attributes);
        List<Path> files = files(source);
        PictureSource archives = archives(source, files);
        if (archives != null) {
            if (table != null) {
                archives.close();
                throw new SourceException(
                        "--attributes goes with a folder or a ZIP of pictures; " + source + " brings its values along");
            }
            return archives;
        }
        if (Files.isDirectory(source)) {
            FolderTree folder = FolderTree.of(source);
            Optional<String> picture =
                    folder.files().stream().filter(SafeNames::isPicture).findFirst();
            if (picture.isPresent()) {
                requireNoOther(folder, picture.get(), Sources::holdsPictures);
            }
            return tree(folder, table);
        }
        if (begins(source, 'P', 'K')) {
            return tree(ZipTree.of(source), table);
        }
        throw new SourceException(
                source
                        + " is no source that is known: a folder of pictures, a ZIP, TAR, Parquet, .npz, IDX or CIFAR file, or a folder of such");
    }

    private static Attributes table(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new SourceException(file + ": no such file of attributes");
        }
        return Attributes.parse(file.toString(), Files.readAllBytes(file));
    }

    private static PictureSource tree(Tree tree, Attributes table) throws IOException {
        try {
            return TreeSource.of(tree, table);
        } catch (IOException | RuntimeException e) {
            tree.close();
            throw e;
        }
    }

    /** The file, or the files in the folder that are no pictures. */
    private static List<Path> files(Path source) throws IOException {
        if (!Files.isDirectory(source)) {
            return List.of(source);
        }
        try (Stream<Path> all = Files.list(source)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .filter(file -> !SafeNames.isPicture(file.getFileName().toString()))
                    .sorted()
                    .toList();
        }
    }

    /** Files of one kind, each of which holds many pictures. */
    private record Archives(List<Path> files, Opening opening) {}

    /** Opens files of one kind together. */
    @FunctionalInterface
    private interface Opening {
        PictureSource open(List<Path> files) throws IOException;
    }

    /**
     * Sources that are files which hold many pictures; null if there are none.
     *
     * @throws SourceException if there is more than one kind of them, or there are pictures or archives beside or below them: one
     *     would be passed over
     */
    private static PictureSource archives(Path source, List<Path> files) throws IOException {
        List<Archives> kinds = new ArrayList<>();
        kinds.add(new Archives(filter(files, Sources::isTar), TarSource::new));
        kinds.add(new Archives(filter(files, NpzSource::isNpz), NpzSource::open));
        for (Provider provider : ServiceLoader.load(Provider.class)) {
            kinds.add(new Archives(filter(files, provider::recognises), provider::open));
        }
        kinds.add(new Archives(filter(files, RawSource::isIdx), Sources::idx));
        kinds.add(new Archives(filter(files, RawSource::isCifar), RawSource::cifar));
        kinds.removeIf(kind -> kind.files().isEmpty());
        if (kinds.isEmpty()) {
            return null;
        }
        Archives only = kinds.get(0);
        String first = name(only.files().get(0));
        if (kinds.size() > 1) {
            throw ambiguous(source, first, name(kinds.get(1).files().get(0)));
        }
        if (!Files.isDirectory(source)) {
            return only.opening().open(only.files());
        }
        FolderTree folder = FolderTree.of(source);
        requireNoOther(folder, first, SafeNames::isPicture);
        Shards.requireAll(source, only.files());
        PictureSource opened = only.opening().open(only.files());
        try {
            // Labels of IDX images are among them.
            Set<String> read = opened.files().stream().map(Sources::name).collect(Collectors.toSet());
            requireNoOther(folder, first, file -> holdsPictures(file) && !read.contains(file));
        } catch (SourceException e) {
            opened.close();
            throw e;
        }
        return opened;
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    /** As the name says, for what lies deeper is not looked into. */
    private static boolean holdsPictures(String file) {
        return SafeNames.isArchive(file) || OTHERS.contains(SafeNames.extension(file));
    }

    /** @throws SourceException for a file of the folder that would be passed over if another one is read */
    private static void requireNoOther(FolderTree folder, String read, Predicate<String> isOther)
            throws SourceException {
        Optional<String> other = folder.files().stream().filter(isOther).findFirst();
        if (other.isPresent()) {
            throw ambiguous(folder.address(), read, other.get());
        }
    }

    private static SourceException ambiguous(Object source, String one, String other) {
        return new SourceException(source + " has both '" + SafeNames.shown(one) + "' and '" + SafeNames.shown(other)
                + "', and one of them would be left out: name the one that is meant, or put the other elsewhere");
    }

    private static PictureSource idx(List<Path> files) throws IOException {
        if (files.size() > 1) {
            throw new SourceException("more than one IDX file of images: name one of " + files);
        }
        return RawSource.idx(files.get(0));
    }

    private static boolean isTar(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT).matches(".*\\.(tar|tar\\.gz|tgz)");
    }

    /** A question about a file. */
    @FunctionalInterface
    private interface Question {
        boolean ask(Path file) throws IOException;
    }

    private static List<Path> filter(List<Path> files, Question question) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path file : files) {
            if (question.ask(file)) {
                found.add(file);
            }
        }
        return found;
    }

    private static boolean begins(Path file, int first, int second) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.read() == first && in.read() == second;
        }
    }
}
