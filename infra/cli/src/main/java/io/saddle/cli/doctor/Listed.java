package io.saddle.cli.doctor;

import java.util.List;

/** Many things in a line. */
final class Listed {

    private static final int SHOWN = 3;

    private Listed() {}

    /** The first few, and how many more. */
    static String of(List<String> all) {
        int shown = Math.min(SHOWN, all.size());
        String first = String.join("; ", all.subList(0, shown));
        return shown == all.size() ? first : first + "; and " + (all.size() - shown) + " more";
    }
}
