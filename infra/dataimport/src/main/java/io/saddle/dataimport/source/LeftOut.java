package io.saddle.dataimport.source;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Notes of what a source has and an import does not take; none where that is nothing. */
public final class LeftOut {

    private static final int SHOWN = 20;

    private LeftOut() {}

    /** @param columns with what they have in place of flags, numbers or text */
    public static List<String> columns(Collection<String> columns) {
        return columns.isEmpty()
                ? List.of()
                : List.of("columns without flags, numbers or text are left out: "
                        + columns.stream().limit(SHOWN).collect(Collectors.joining(", "))
                        + (columns.size() > SHOWN ? " and " + (columns.size() - SHOWN) + " more" : ""));
    }

    /** @param keys of JSON whose values are objects or arrays */
    static List<String> nested(Collection<String> keys) {
        return columns(
                keys.stream().map(key -> "'" + key + "' (an object or array)").toList());
    }

    /** @param files in formats that are not read */
    static List<String> pictures(Collection<String> files) {
        return files("pictures in formats that are not read here", files);
    }

    /** @param what they are, for a person */
    static List<String> files(String what, Collection<String> files) {
        return files.isEmpty()
                ? List.of()
                : List.of(files.size() + " " + what + " are left out, the first is '"
                        + SafeNames.shown(files.iterator().next()) + "'");
    }
}
