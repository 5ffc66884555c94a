package io.saddle.deployment;

import io.saddle.stack.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The one list of images that others make. */
public final class ThirdPartyImages {

    static final Path FILE = Distribution.locate().root().resolve("infra/images/third-party");

    private ThirdPartyImages() {}

    /** Each with its version, and the digest where there is one. */
    public static Set<String> all() throws IOException {
        return Files.readAllLines(FILE).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
