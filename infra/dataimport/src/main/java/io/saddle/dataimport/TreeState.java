package io.saddle.dataimport;

import io.saddle.artifact.FileDigest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/** What tells whether a file, or anything in a folder, has changed: names, sizes and times, none of the contents. */
final class TreeState {

    private TreeState() {}

    /** The SHA-256 of that; of a link it is the state of what the link leads to. */
    static String of(Path tree) throws IOException {
        FileDigest.Meter meter = new FileDigest.Meter();
        Path real = tree.toRealPath();
        try (Stream<Path> walked = Files.walk(real)) {
            // A hidden link may lead nowhere.
            for (Path path : (Iterable<Path>) walked.filter(Files::exists).sorted()::iterator) {
                BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
                byte[] line = (real.relativize(path) + " " + attributes.lastModifiedTime() + " " + attributes.size()
                                + "\n")
                        .getBytes(StandardCharsets.UTF_8);
                meter.add(line, line.length);
            }
        }
        return meter.digest().sha256();
    }
}
