package io.saddle.artifact;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** File operations whose effect survives a power cut. Symbolic links are never followed. */
public final class DurableFiles {

    private static final Logger LOG = LoggerFactory.getLogger(DurableFiles.class);

    private DurableFiles() {}

    /**
     * Makes a tree durable: every file, then every folder.
     *
     * @throws IOException also if there is anything but plain files and folders
     */
    public static void syncTree(Path tree) throws IOException {
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                requirePlain(file, attributes);
                sync(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                sync(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /**
     * Every file of a tree, in order.
     *
     * @throws IOException also if there is anything but plain files and folders
     */
    public static List<Path> files(Path tree) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                requirePlain(file, attributes);
                files.add(file);
                return FileVisitResult.CONTINUE;
            }
        });
        files.sort(null);
        return files;
    }

    private static void requirePlain(Path file, BasicFileAttributes attributes) throws IOException {
        if (!attributes.isRegularFile()) {
            throw new IOException(file + ": only plain files and folders can be stored");
        }
    }

    /** True if a write failed since the disk is full, or the share of it that may be used: the JDK says so in words alone. */
    public static boolean hasNoRoom(IOException failure) {
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("quota exceeded");
    }

    /**
     * What is there; empty if nothing is.
     *
     * @throws IOException if that cannot be told: a look that fails says nothing of what is there
     */
    public static Optional<BasicFileAttributes> look(Path path, LinkOption... links) throws IOException {
        try {
            return Optional.of(Files.readAttributes(path, BasicFileAttributes.class, links));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (FileSystemException e) {
            if (isBelowAFile(path)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The JDK says so in the system's words alone. */
    private static boolean isBelowAFile(Path path) {
        for (Path above = path.getParent(); above != null; above = above.getParent()) {
            if (Files.isRegularFile(above)) {
                return true;
            }
        }
        return false;
    }

    /** What lies in a folder, in no order. */
    public static List<Path> entries(Path folder) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(entries::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return entries;
    }

    /** Makes one file's content, or one folder's list of entries, durable. */
    public static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Puts a file with this content in the place of the one before, if there was any: whoever looks meanwhile, and whoever comes
     * after a power cut, finds one of the two, whole. One writer at a time.
     */
    public static void replace(Path file, byte[] content) throws IOException {
        Path next = file.resolveSibling("." + file.getFileName());
        try {
            Files.write(next, content);
            sync(next);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            // Half of it is of use to nobody, and takes the room that was missing.
            Files.deleteIfExists(next);
            throw e;
        }
        sync(file.toAbsolutePath().getParent());
    }

    /** Deletes a file or a whole folder; what is gone already is no error. */
    public static void deleteTree(Path tree) throws IOException {
        if (look(tree, LinkOption.NOFOLLOW_LINKS).isEmpty()) {
            return;
        }
        Files.walkFileTree(tree, new TolerantVisitor() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Number and size of the plain files in a tree; files may come and go meanwhile. Nothing if it is not there. */
    public static StoredBytes size(Path tree) throws IOException {
        long[] sums = {0, 0};
        Files.walkFileTree(tree, new TolerantVisitor() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    sums[0]++;
                    sums[1] += attributes.size();
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return new StoredBytes(sums[0], sums[1]);
    }

    /** The time when anything in a tree was last modified. */
    public static FileTime lastModified(Path tree) throws IOException {
        FileTime[] newest = {FileTime.fromMillis(0)};
        Files.walkFileTree(tree, new TolerantVisitor() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return visitFile(folder, attributes);
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.lastModifiedTime().compareTo(newest[0]) > 0) {
                    newest[0] = attributes.lastModifiedTime();
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return newest[0];
    }

    /**
     * The entries below {@code root} that match; entries may come and go meanwhile. What this user may not look into is passed over,
     * with a word in the log.
     */
    public static List<Path> find(Path root, int depth, Predicate<Path> wanted) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(root, Set.of(), depth, new TolerantVisitor() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return add(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                add(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path entry, IOException failure) throws IOException {
                if (failure instanceof AccessDeniedException) {
                    LOG.warn("{} is passed over: this user may not read it", entry);
                    return FileVisitResult.CONTINUE;
                }
                return super.visitFileFailed(entry, failure);
            }

            private boolean add(Path entry) {
                return !entry.equals(root) && wanted.test(entry) && found.add(entry);
            }
        });
        return found;
    }

    /** Of a tree whose files may come and go meanwhile. */
    private static class TolerantVisitor extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
            return failure == null ? FileVisitResult.CONTINUE : visitFileFailed(folder, failure);
        }
    }
}
