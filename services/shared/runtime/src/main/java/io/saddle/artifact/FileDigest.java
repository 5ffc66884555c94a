package io.saddle.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * By what a file is known.
 *
 * @param sha256 SHA-256, lower-case hex
 * @param bytes size in bytes
 */
public record FileDigest(String sha256, long bytes) {

    private static final int CHUNK = 1 << 16;

    /** Reads the whole file, in pieces. */
    public static FileDigest of(Path file) throws IOException {
        MessageDigest digest = newSha256();
        long bytes = 0;
        try (InputStream in = Files.newInputStream(file)) {
            byte[] chunk = new byte[CHUNK];
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                digest.update(chunk, 0, read);
                bytes += read;
            }
        }
        return new FileDigest(HexFormat.of().formatHex(digest.digest()), bytes);
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
