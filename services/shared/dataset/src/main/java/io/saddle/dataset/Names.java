package io.saddle.dataset;

import java.util.List;

/** Names in messages. */
final class Names {

    private static final int MOST = 12;

    private Names() {}

    /** The first of them, and how many more there are. */
    static String few(List<String> names) {
        String shown = String.join(", ", names.subList(0, Math.min(MOST, names.size())));
        return names.size() <= MOST ? shown : shown + " and " + (names.size() - MOST) + " more";
    }
}
