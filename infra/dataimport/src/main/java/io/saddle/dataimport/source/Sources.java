package io.saddle.dataimport.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** Finds out what kind a source is. */
public final class Sources {

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
        PictureSource archives = archives(files);
        if (archives != null) {
            if (table != null) {
                archives.close();
                throw new SourceException(
                        "--attributes goes with a folder or a ZIP of pictures; " + source + " brings its values along");
            }
            return archives;
        }
        if (Files.isDirectory(source)) {
            return tree(FolderTree.of(source), table);
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

    /** Sources that are files which hold many pictures; null if there are none. */
    private static PictureSource archives(List<Path> files) throws IOException {
        List<Path> tars = files.stream().filter(Sources::isTar).toList();
        if (!tars.isEmpty()) {
            return new TarSource(tars);
        }
        List<Path> npz = files.stream().filter(NpzSource::isNpz).toList();
        if (!npz.isEmpty()) {
            return NpzSource.open(npz);
        }
        for (Provider provider : ServiceLoader.load(Provider.class)) {
            List<Path> known = filter(files, provider::recognises);
            if (!known.isEmpty()) {
                return provider.open(known);
            }
        }
        List<Path> idx = filter(files, RawSource::isIdx);
        if (idx.size() == 1) {
            return RawSource.idx(idx.get(0));
        }
        if (idx.size() > 1) {
            throw new SourceException("more than one IDX file of images: name one of " + idx);
        }
        List<Path> cifar = filter(files, RawSource::isCifar);
        return cifar.isEmpty() ? null : RawSource.cifar(cifar);
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
