package io.saddle.dataimport.source;

import java.util.Collection;
import java.util.List;

/** Notes of what a source has and an import does not take; none where that is nothing. */
final class LeftOut {

    private LeftOut() {}

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
