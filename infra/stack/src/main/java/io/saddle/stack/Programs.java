package io.saddle.stack;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Other people's programs. */
public final class Programs {

    private Programs() {}

    /** The place of a program on the PATH; empty if it has none. */
    public static Optional<Path> find(String name) {
        return all(name).findFirst();
    }

    /** Every program of this name on the PATH, in its order. */
    public static Stream<Path> all(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable);
    }
}
