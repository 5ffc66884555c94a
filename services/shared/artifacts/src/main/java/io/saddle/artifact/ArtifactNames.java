package io.saddle.artifact;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The names that a store takes: none that could lead out of its folder or meet one of its own hidden files. */
public final class ArtifactNames {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");

    private ArtifactNames() {}

    /** True if it is a run id or one part of an artifact's name. */
    public static boolean isValid(String part) {
        return part != null && NAME.matcher(part).matches();
    }

    /** A relative path as a name, with '/' on every system. */
    public static String joined(Path relative) {
        return StreamSupport.stream(relative.spliterator(), false)
                .map(Path::toString)
                .collect(Collectors.joining("/"));
    }

    /** True if it is a whole artifact's name, groups included. */
    public static boolean isValidPath(String name) {
        String[] parts = name.split("/", -1);
        return parts.length <= ArtifactStore.MAX_DEPTH && Arrays.stream(parts).allMatch(ArtifactNames::isValid);
    }

    /**
     * @throws IllegalArgumentException if the store does not take it as an artifact's name, groups included
     */
    public static String requirePath(String name) {
        if (!isValidPath(name)) {
            throw new IllegalArgumentException("the artifact name '" + name + "' is not allowed: at most "
                    + ArtifactStore.MAX_DEPTH + " parts between '/', each of letters, digits, '.', '_' and '-', "
                    + "beginning with a letter or digit");
        }
        return name;
    }

    /**
     * @param what for the message
     * @throws IllegalArgumentException if the store does not take the name
     */
    public static String require(String what, String name) {
        if (!isValid(name)) {
            throw new IllegalArgumentException(
                    what + " '" + name
                            + "' is not allowed: letters, digits, '.', '_' and '-', at most 200, beginning with a letter or digit");
        }
        return name;
    }
}
