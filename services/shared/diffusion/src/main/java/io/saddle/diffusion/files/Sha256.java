package io.saddle.diffusion.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of files, as 64 hexadecimal digits in lower case. */
public final class Sha256 {
    private static final int SHOWN_DIGITS = 12;

    private Sha256() {}

    /** Of these bytes, in lower case. */
    public static String of(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads the whole file. */
    public static String of(Path file) throws IOException {
        MessageDigest sha256 = digest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    /**
     * Reads the whole file, and compares.
     *
     * @param expected what the file must have, in upper or lower case
     * @return the same, in lower case
     * @throws IOException naming the file, if it has another
     */
    public static String require(Path file, String expected) throws IOException {
        String actual = of(file);
        if (!expected.strip().equalsIgnoreCase(actual)) {
            throw new IOException(file + ": its sha256 is " + actual + ", expected " + expected.strip()
                    + "; fetch the file again, or correct the expected sha256");
        }
        return actual;
    }

    /** As much of one as names show. */
    public static String shown(String sha256) {
        return sha256.substring(0, SHOWN_DIGITS) + "...";
    }
}
