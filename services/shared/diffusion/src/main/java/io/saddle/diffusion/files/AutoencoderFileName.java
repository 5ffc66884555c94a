package io.saddle.diffusion.files;

import java.nio.charset.StandardCharsets;

/**
 * The name of an autoencoder's file as people choose it. It becomes one of a folder, a ZIP and a store, and is to be one name in each,
 * which leads nowhere else and is not hidden.
 */
public final class AutoencoderFileName {
    /** What file systems have room for. */
    private static final int MOST_BYTES = 255;
    /** As of the store's own names: S3 servers that keep objects as files write one of a longer name first. */
    private static final int MOST_BYTES_STORED = 200;

    private static final int MOST_SHOWN = 80;
    /** Stands for what the locale of a process cannot read; nobody finds the file by it again. */
    private static final char UNREADABLE = '\uFFFD';

    private AutoencoderFileName() {}

    /** True if a file that came from elsewhere may be written under this name. */
    public static boolean isOne(String name) {
        return isOne(name, MOST_BYTES);
    }

    private static boolean isOne(String name, int mostBytes) {
        return !name.isEmpty()
                && !name.startsWith(".")
                && name.chars().noneMatch(AutoencoderFileName::isForbidden)
                && StandardCharsets.UTF_8.newEncoder().canEncode(name)
                && name.getBytes(StandardCharsets.UTF_8).length <= mostBytes;
    }

    private static boolean isForbidden(int c) {
        return c == '/' || c == '\\' || c == UNREADABLE || Character.isISOControl(c);
    }

    /** @throws IllegalArgumentException naming the file, unless a store can keep it under this name */
    public static void requireStorable(String name) {
        if (!isOne(name, MOST_BYTES_STORED)) {
            throw new IllegalArgumentException("the autoencoder's file " + shown(name)
                    + " cannot be kept under this name, which must have " + rule(MOST_BYTES_STORED)
                    + "; rename it (and where its JSON names it)");
        }
    }

    /** What {@link #isOne} asks of a name, for a person. */
    static String rule() {
        return rule(MOST_BYTES);
    }

    private static String rule(int mostBytes) {
        return "at most " + mostBytes
                + " bytes of UTF-8 without '/', '\\', control characters and a '.' at its beginning";
    }

    /** A name, or what is none, as a message may show it. */
    static String shown(String name) {
        StringBuilder shown = new StringBuilder("'");
        name.chars().limit(MOST_SHOWN).forEach(c -> shown.append(Character.isISOControl(c) ? UNREADABLE : (char) c));
        return shown.append(name.length() > MOST_SHOWN ? "...'" : "'").toString();
    }
}
