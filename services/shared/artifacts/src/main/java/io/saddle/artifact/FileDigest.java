package io.saddle.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * By what a file is known.
 *
 * @param sha256 SHA-256, lower-case hex
 * @param bytes size in bytes
 */
public record FileDigest(String sha256, long bytes) {

    private static final int CHUNK = 1 << 16;

    /**
     * Reads the whole file, in pieces.
     *
     * @param others take in what is read, too
     */
    public static FileDigest of(Path file, Meter... others) throws IOException {
        Meter meter = new Meter();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] chunk = new byte[CHUNK];
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                meter.add(chunk, read);
                for (Meter other : others) {
                    other.add(chunk, read);
                }
            }
        }
        return meter.digest();
    }

    /**
     * Of every file in a folder, by its path within; of a file by its name.
     *
     * @throws IOException also if there is anything but plain files and folders
     */
    public static Map<String, FileDigest> ofAll(Path content) throws IOException {
        return ofAll(content, file -> true);
    }

    /** {@link #ofAll(Path)} of the wanted files alone, which are told by their paths within. */
    public static Map<String, FileDigest> ofAll(Path content, Predicate<String> wanted) throws IOException {
        Path base = Files.isDirectory(content) ? content : content.getParent();
        Map<String, FileDigest> digests = new TreeMap<>();
        for (Path file : DurableFiles.files(content)) {
            String within = ArtifactNames.joined(base.relativize(file));
            if (wanted.test(within)) {
                digests.put(within, of(file));
            }
        }
        return digests;
    }

    /** Takes the digest of what passes by. */
    public static final class Meter {
        private final MessageDigest sha256 = newSha256();
        private long bytes;

        public void add(byte[] chunk, int length) {
            sha256.update(chunk, 0, length);
            bytes += length;
        }

        public long bytes() {
            return bytes;
        }

        /** To be asked once, at the end. */
        public FileDigest digest() {
            return new FileDigest(HexFormat.of().formatHex(sha256.digest()), bytes);
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
