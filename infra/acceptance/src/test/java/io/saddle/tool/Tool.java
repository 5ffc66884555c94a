package io.saddle.tool;

import io.saddle.stack.Distribution;
import io.saddle.stack.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A program that tests use, from a Debian package.
 *
 * @param debianPackage its name
 * @param place of the program in it, such as {@code usr/bin/promtool}
 * @param untested what is not tested without it
 */
public record Tool(String debianPackage, String place, String untested) {

    /** On the PATH, or where {@code ./saddle test} has unpacked it. */
    public Optional<Path> find() {
        Path unpacked = Distribution.locate()
                .root()
                .resolve(".saddle/tools")
                .resolve(debianPackage)
                .resolve(place);
        return Programs.find(unpacked.getFileName().toString())
                .or(() -> Files.isExecutable(unpacked) ? Optional.of(unpacked) : Optional.empty());
    }

    /** For a command line. */
    public String path() {
        return find().orElseThrow().toString();
    }

    /** Why what is tested with it is not tested here; empty if it is there. */
    public Optional<String> missing() {
        return find().isPresent()
                ? Optional.empty()
                : Optional.of(untested + " was not tested: there is no "
                        + Path.of(place).getFileName() + " (Debian's package " + debianPackage + ")");
    }
}
