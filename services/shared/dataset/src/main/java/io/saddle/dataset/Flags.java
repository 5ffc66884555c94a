package io.saddle.dataset;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;

/** The ways in which people write that something is so, or is not. */
final class Flags {

    private static final Set<String> NO = Set.of("0", "-1", "false");
    private static final Set<String> YES = Set.of("1", "+1", "true");

    private Flags() {}

    /** Whether all of some values are, and none stands for the same as another one: -1, 0 and 1 say three things. */
    static boolean areFlags(Collection<String> values) {
        return values.stream().allMatch(Flags::isFlag)
                && values.stream().map(Flags::spelling).distinct().count()
                        == values.stream().map(Flags::canonical).distinct().count();
    }

    private static boolean isFlag(String value) {
        return NO.contains(value.toLowerCase(Locale.ROOT)) || YES.contains(value.toLowerCase(Locale.ROOT));
    }

    private static String spelling(String value) {
        return value.equals("+1") ? "1" : value.toLowerCase(Locale.ROOT);
    }

    /** "1" or "0"; what is no flag stays as it is. */
    static String canonical(String value) {
        String small = value.toLowerCase(Locale.ROOT);
        return YES.contains(small) ? "1" : NO.contains(small) ? "0" : value;
    }
}
