package io.saddle.cli.backup;

import io.saddle.artifact.ArtifactNames;
import io.saddle.artifact.DurableFiles;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Copies a file artifact store while others write to it and prune it: what is not whole when the copy ends is left out. */
final class ArtifactFiles {

    private static final String CHECKPOINTS = "checkpoints";

    private ArtifactFiles() {}

    /**
     * The part of a store that runs go on from.
     *
     * @param within a path within the store: {@code RUN/GROUP/...}
     */
    static boolean isCheckpoint(Path within) {
        return within.getNameCount() > 1 && within.getName(1).toString().equals(CHECKPOINTS);
    }

    /** The runs of which a store has checkpoints. */
    static Set<String> runsWithCheckpoints(Path root) throws IOException {
        Set<String> runs = new TreeSet<>();
        for (String run : runs(root)) {
            if (!runs(root.resolve(run).resolve(CHECKPOINTS)).isEmpty()) {
                runs.add(run);
            }
        }
        return runs;
    }

    /**
     * Copies files, none of which may be there yet. What lies beside the runs, such as a disk's {@code lost+found}, is passed over.
     *
     * @param from may be a link to the folder, as may {@code to}
     * @param wanted asked with paths within the store, of a run's files and folders
     * @return bytes copied
     */
    static long copy(Path from, Path to, Predicate<Path> wanted) throws IOException {
        Path target = Files.createDirectories(to).toRealPath();
        if (!Files.exists(from)) {
            return 0;
        }
        // A walk does not follow links, not even the one that it begins at.
        Path start = from.toRealPath();
        Copy copy = new Copy(start, target, wanted);
        Files.walkFileTree(start, copy);
        DurableFiles.syncTree(target);
        return copy.bytes;
    }

    /**
     * The runs in a store's folder.
     *
     * @return names of the folders, without hidden ones
     */
    static List<String> runs(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(root)) {
            return entries.map(path -> path.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private static final class Copy extends SimpleFileVisitor<Path> {
        private final Path from;
        private final Path to;
        private final Predicate<Path> wanted;
        private long bytes;

        Copy(Path from, Path to, Predicate<Path> wanted) {
            this.from = from;
            this.to = to;
            this.wanted = wanted;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            if (folder.equals(from)) {
                return FileVisitResult.CONTINUE;
            }
            boolean hidden = folder.getFileName().toString().startsWith(".");
            Path within = from.relativize(folder);
            boolean other = within.getNameCount() > 1 && !wanted.test(within);
            // Hidden ones are not finished, or on their way out.
            return hidden || other || isForeign(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        /** Whether the store has not put it there: not even who may read everything else need be able to read it. */
        private boolean isForeign(Path path) {
            return from.equals(path.getParent())
                    && !ArtifactNames.isValid(path.getFileName().toString());
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (attributes.isRegularFile()
                    && !file.getFileName().toString().startsWith(".")
                    && wanted.test(from.relativize(file))) {
                try {
                    Files.createDirectories(to(file).getParent());
                    Files.copy(file, to(file));
                    bytes += attributes.size();
                } catch (NoSuchFileException pruned) {
                    Files.deleteIfExists(to(file));
                }
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException || isForeign(file)) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        /** A folder that was pruned meanwhile was renamed first: a copy of half of it goes as well. */
        @Override
        public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
            if (!Files.exists(folder)) {
                DurableFiles.deleteTree(to(folder));
            } else if (failure != null) {
                throw failure;
            }
            return FileVisitResult.CONTINUE;
        }

        private Path to(Path path) {
            return to.resolve(from.relativize(path).toString());
        }
    }
}
