package io.saddle.model.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files that something was read from, as they were last seen: part of the key where that is kept. Not thread-safe. */
public final class FileVersions {

    private static final Logger LOG = LoggerFactory.getLogger(FileVersions.class);

    private final Map<Path, Version> seen = new HashMap<>();

    /** By what a file is told from one that lay in its place before. */
    public record Version(long bytes, FileTime modified) {

        static Version of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Version(attributes.size(), attributes.lastModifiedTime());
        }
    }

    /** The files' versions; what was read of a file that is gone stays good. Says which have changed. */
    public List<Version> of(List<Path> files) throws IOException {
        List<Version> versions = new ArrayList<>();
        for (Path file : files) {
            try {
                Version version = Version.of(file);
                Version before = seen.put(file, version);
                if (before != null && !before.equals(version)) {
                    LOG.warn("{} has changed and is read anew: what is measured with it is comparable no more", file);
                }
                versions.add(version);
            } catch (NoSuchFileException e) {
                versions.add(seen.get(file));
            }
        }
        return versions;
    }
}
