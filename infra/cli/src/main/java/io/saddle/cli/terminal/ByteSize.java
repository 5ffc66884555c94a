package io.saddle.cli.terminal;

import java.util.Locale;

/** Sizes for people: three digits of a decimal unit. */
public final class ByteSize {

    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

    private ByteSize() {}

    /** For example {@code 1.23 GB}. */
    public static String inWords(long bytes) {
        double amount = bytes;
        int unit = 0;
        while (amount >= 999.5 && unit < UNITS.length - 1) {
            amount /= 1000;
            unit++;
        }
        String form = unit == 0 || amount >= 99.95 ? "%.0f %s" : amount >= 9.995 ? "%.1f %s" : "%.2f %s";
        return String.format(Locale.ROOT, form, amount, UNITS[unit]);
    }
}
