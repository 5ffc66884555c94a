package io.saddle.dataset;

import java.util.Locale;
import java.util.Set;

/** The ways in which people write that something is so, or is not. */
final class Flags {

    private static final Set<String> NO = Set.of("0", "-1", "false");
    private static final Set<String> YES = Set.of("1", "+1", "true");

    private Flags() {}

    static boolean isFlag(String value) {
        return NO.contains(value.toLowerCase(Locale.ROOT)) || YES.contains(value.toLowerCase(Locale.ROOT));
    }

    /** "1" or "0"; what is no flag stays as it is. */
    static String canonical(String value) {
        String small = value.toLowerCase(Locale.ROOT);
        return YES.contains(small) ? "1" : NO.contains(small) ? "0" : value;
    }
}
