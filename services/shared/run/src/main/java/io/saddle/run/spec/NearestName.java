package io.saddle.run.spec;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what a person probably meant by a name that does not exist. */
public final class NearestName {

    private NearestName() {}

    /** The known name within a few typing mistakes of {@code name}; case, '-' and '_' do not count. */
    public static Optional<String> of(String name, Collection<String> known) {
        return of(name, known, (plain(name).length() + 2) / 3);
    }

    /** The same within {@code mistakes} letters that are wrong, missing or too many. */
    static Optional<String> of(String name, Collection<String> known, int mistakes) {
        String wanted = plain(name);
        return known.stream()
                .min(Comparator.comparingInt(candidate -> distance(wanted, plain(candidate))))
                .filter(nearest -> distance(wanted, plain(nearest)) <= mistakes);
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[_-]", "");
    }

    /** Levenshtein distance. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(previous[j], row[j - 1]));
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
