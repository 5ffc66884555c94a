package io.saddle.artifact.file;

import io.saddle.artifact.FileDigest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file of an artifact's folder that says what its writer took the digest of, and what that was: whoever announces the artifact again
 * names what was written, not what has become of it. {@code sha256sum -c} reads it. Folders of earlier releases have none, and those read
 * over it.
 */
final class DigestFile {

    static final String NAME = "artifact.sha256";

    private static final Pattern CONTENT = Pattern.compile("([0-9a-f]{64})  (.+)\n# ([0-9]{1,18}) bytes\n");

    private DigestFile() {}

    /** @param digestFile path within the folder of the file that the digest is of */
    static void write(Path folder, String digestFile, FileDigest digest) throws IOException {
        Files.writeString(
                folder.resolve(NAME), digest.sha256() + "  " + digestFile + "\n# " + digest.bytes() + " bytes\n");
    }

    /** Empty where the writer said nothing of this file, or nothing that can be read. */
    static Optional<FileDigest> read(Path folder, String digestFile) throws IOException {
        try {
            // Bytes that are no text at all are as good as none.
            String content = new String(Files.readAllBytes(folder.resolve(NAME)), StandardCharsets.UTF_8);
            return Optional.of(CONTENT.matcher(content))
                    .filter(Matcher::matches)
                    .filter(said -> said.group(2).equals(digestFile))
                    .map(said -> new FileDigest(said.group(1), Long.parseLong(said.group(3))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
