package io.saddle.model.data;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A data set, or a version of it: {@code NAME} or {@code NAME@N}.
 *
 * @param version null where none is named
 */
public record DataSetAddress(String name, Integer version) {

    private static final Pattern ADDRESS = Pattern.compile("([^@/]+)(?:@([1-9][0-9]{0,8}))?");

    /** @throws IllegalArgumentException if it is none */
    public static DataSetAddress parse(String text) {
        return find(text).orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no NAME and no NAME@N"));
    }

    /** Empty if it is none. */
    public static Optional<DataSetAddress> find(String text) {
        Matcher found = ADDRESS.matcher(text);
        return found.matches()
                ? Optional.of(new DataSetAddress(
                        found.group(1), found.group(2) == null ? null : Integer.valueOf(found.group(2))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return version == null ? name : name + "@" + version;
    }
}
