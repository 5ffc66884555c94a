package io.saddle.cli.backup;

import io.saddle.artifact.DurableFiles;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/** Copies a file artifact store while others write to it and prune it: what is not whole when the copy ends is left out. */
final class ArtifactFiles {

    private ArtifactFiles() {}

    /** @return bytes copied */
    static long copy(Path from, Path to) throws IOException {
        Copy copy = new Copy(from, to);
        Files.createDirectories(to);
        Files.walkFileTree(from, copy);
        DurableFiles.syncTree(to);
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
        private long bytes;

        Copy(Path from, Path to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
            if (!folder.equals(from) && folder.getFileName().toString().startsWith(".")) {
                // Not finished, or on its way out.
                return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to(folder));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (attributes.isRegularFile() && !file.getFileName().toString().startsWith(".")) {
                try {
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
            if (failure instanceof NoSuchFileException) {
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
