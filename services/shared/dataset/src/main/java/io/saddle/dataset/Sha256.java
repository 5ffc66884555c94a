package io.saddle.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of files. */
final class Sha256 {

    private Sha256() {}

    static MessageDigest begin() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has it", e);
        }
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The digest of a file's bytes, in hexadecimal digits. */
    static String of(Path file) throws IOException {
        return of(file, begin());
    }

    /** As {@link #of(Path)}; {@code all} gets the bytes as well. */
    static String of(Path file, MessageDigest all) throws IOException {
        MessageDigest digest = begin();
        try (InputStream in = new DigestInputStream(new DigestInputStream(Files.newInputStream(file), digest), all)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return hex(digest);
    }
}
