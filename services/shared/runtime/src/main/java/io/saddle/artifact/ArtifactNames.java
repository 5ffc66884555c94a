package io.saddle.artifact;

import java.util.regex.Pattern;

/** Which names a store takes: none that could lead out of its folder or meet one of its own hidden files. */
final class ArtifactNames {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");

    private ArtifactNames() {}

    static boolean isValid(String name) {
        return name != null && NAME.matcher(name).matches();
    }

    /**
     * @param what for the message
     * @throws IllegalArgumentException if the store does not take the name
     */
    static String require(String what, String name) {
        if (!isValid(name)) {
            throw new IllegalArgumentException(
                    what + " '" + name
                            + "' is not allowed: letters, digits, '.', '_' and '-', at most 200, beginning with a letter or digit");
        }
        return name;
    }
}
