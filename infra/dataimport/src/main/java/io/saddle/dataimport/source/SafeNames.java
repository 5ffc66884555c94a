package io.saddle.dataimport.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What archives may hold: names that stay inside, and files of a size that a picture can have. */
final class SafeNames {

    /** The most bytes of a file in an archive. */
    static final int MOST_BYTES = 64 << 20;

    /** What is said of a picture that has more. */
    static final String NO_PICTURE =
            "unpacks to more than " + (MOST_BYTES >> 20) + " MiB, which no picture has: refused";

    private static final Set<String> PICTURES =
            Set.of("jpg", "jpeg", "jpe", "jfif", "jif", "pjpeg", "pjp", "png", "apng", "webp", "gif", "bmp");
    /** What is no less a picture, but in a format that nothing here decodes; cameras' own ones among them. */
    private static final Pattern OTHER_PICTURES =
            Pattern.compile("tiff?|avif|hei[cf]|jxl|jp2|svg|ico|tga|p[bgp]m|psd|exr|cr2|cr3|nef|arw|dng|orf|rw2|raf");

    private static final Set<String> ARCHIVES =
            Set.of("tar", "tgz", "gz", "zip", "7z", "bz2", "xz", "zst", "rar", "jar");
    private static final int LONGEST = 1024;

    private SafeNames() {}

    /** An entry's name with '/' between folders: some programs for Windows write backslashes. */
    static String slashed(String entry) {
        return entry.replace('\\', '/');
    }

    /**
     * @param name as {@link #slashed}
     * @throws SourceException for a name that leads out of the archive, or is none
     */
    static void check(String archive, String name) throws SourceException {
        String shown = shown(name);
        requirePrintable(archive, name);
        if (name.isEmpty() || name.length() > LONGEST) {
            throw new SourceException(archive + ": an entry's name has " + name.length() + " characters");
        }
        if (name.startsWith("/") || name.matches("(?i)[a-z]:.*")) {
            throw new SourceException(archive + ": the name '" + shown + "' is absolute: refused");
        }
        if (List.of(name.split("/")).contains("..")) {
            throw new SourceException(archive + ": the name '" + shown + "' leads out of the archive: refused");
        }
        if (isArchive(name)) {
            throw new SourceException(
                    archive + ": '" + shown + "' is an archive in an archive: unpack it, and import what is inside");
        }
    }

    /** The refusal of an archive that has two files of one name. */
    static SourceException twice(String archive, String name) {
        return new SourceException(
                archive + ": '" + shown(name)
                        + "' is in it twice, and one of the two would be lost: pack it anew with one of them, or under two names");
    }

    /** @throws SourceException for a name that would break the lines that tell it */
    static void requirePrintable(String source, String name) throws SourceException {
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw new SourceException(
                    source + ": the name '" + shown(name) + "' has line breaks or control characters");
        }
    }

    /** For messages, without line breaks. */
    static String shown(String name) {
        String printable = name.replaceAll("\\p{Cntrl}", "?");
        return printable.length() > 80 ? printable.substring(0, 80) + "..." : printable;
    }

    static boolean isPicture(String name) {
        return PICTURES.contains(extension(name));
    }

    /** Whether it is a picture that is not read here. */
    static boolean isOtherPicture(String name) {
        return OTHER_PICTURES.matcher(extension(name)).matches();
    }

    static boolean isArchive(String name) {
        return ARCHIVES.contains(extension(name));
    }

    /** In small letters, without the dot. */
    static String extension(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 || dot < name.lastIndexOf('/')
                ? ""
                : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }

    /** Of a hidden file, or what systems leave in archives. */
    static boolean isHidden(String name) {
        for (String part : name.split("/")) {
            if (part.startsWith(".") || part.equals("__MACOSX")) {
                return true;
            }
        }
        return false;
    }

    /**
     * Reads a file of an archive or folder.
     *
     * @param tooLarge what is said of one that has more than {@link #MOST_BYTES}, behind its name
     * @throws SourceException if it has
     */
    static byte[] bounded(String archive, String name, InputStream in, String tooLarge) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[1 << 16];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            if (bytes.size() + n > MOST_BYTES) {
                throw new SourceException(archive + ": '" + shown(name) + "' " + tooLarge);
            }
            bytes.write(buffer, 0, n);
        }
        return bytes.toByteArray();
    }
}
