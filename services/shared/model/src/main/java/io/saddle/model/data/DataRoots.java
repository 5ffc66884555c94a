package io.saddle.model.data;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The folders that a service may read data, models and statistics from: whoever submits a run names paths, and is not to learn from
 * the answers what lies elsewhere on the service's machine. The artifact store is not asked here; it has a root of its own.
 */
@Singleton
public final class DataRoots {

    /** The setting. */
    public static final String SETTING = "saddle.data.roots";

    /** For commands of whoever reads with their own rights. */
    public static final DataRoots ANYWHERE = new DataRoots(List.of("/"));

    private final List<Path> roots;

    /** @param roots folders, absolute or under the working folder; those that are not there allow nothing */
    @Inject
    public DataRoots(@ConfigProperty(name = SETTING) List<String> roots) {
        this.roots = roots.stream()
                .map(String::strip)
                .filter(root -> !root.isEmpty())
                .map(root -> real(Path.of(root).toAbsolutePath().normalize()))
                .toList();
    }

    /**
     * The path of an address.
     *
     * @param address a path or a {@code file:} URI
     * @return absolute, as it was written
     * @throws IOException if it is no path, or leads out of the roots, also by a symbolic link: the message does not tell whether
     *     anything is there; or if it may not be read, which is the fault of whoever names it and of no disk
     */
    public Path path(String address) throws IOException {
        Path path;
        try {
            path = (address.startsWith("file:") ? Path.of(URI.create(address)) : Path.of(address))
                    .toAbsolutePath()
                    .normalize();
        } catch (IllegalArgumentException e) {
            throw new IOException(address + " is no path: " + e.getMessage(), e);
        }
        Path real = real(path);
        if (roots.stream().noneMatch(real::startsWith)) {
            throw new IOException(address + " is outside the folders that may be read here (" + SETTING + ")");
        }
        if (!mayBeRead(real)) {
            throw new IOException(address + " may not be read by this process, which runs as '"
                    + System.getProperty("user.name") + "': change its rights");
        }
        return path;
    }

    /** Of one that is not there: whether its nearest folder may be looked into. */
    private static boolean mayBeRead(Path path) {
        Path there = existing(path);
        return (!there.equals(path) || Files.isReadable(there))
                && (!Files.isDirectory(there) || Files.isExecutable(there));
    }

    /**
     * Where a path leads; of one that is not there, where its nearest folder does.
     *
     * @param path absolute
     */
    public static Path real(Path path) {
        Path there = existing(path);
        try {
            return there.toRealPath().resolve(there.relativize(path));
        } catch (IOException e) {
            // May not be looked at; then nothing beyond can be read either.
            return path;
        }
    }

    /** The path or the nearest folder above it that is there, at last the root. */
    private static Path existing(Path path) {
        Path there = path;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return there;
    }
}
