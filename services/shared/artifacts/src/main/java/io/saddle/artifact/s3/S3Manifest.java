package io.saddle.artifact.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.artifact.FileDigest;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The list of an artifact's files. Its object is written after all others and deleted before them: the artifact is there as long
 * as the manifest is.
 *
 * @param format 1
 * @param folder whether it is a folder; otherwise there is one file
 * @param attempt which writer's files they are; unique
 * @param files by their paths within the artifact, in order
 */
record S3Manifest(int format, boolean folder, String attempt, Map<String, FileDigest> files) {

    static final int FORMAT = 1;

    private static final Pattern ATTEMPT = Pattern.compile("[0-9a-f-]{1,64}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern LEADS_ASTRAY = Pattern.compile("(^|/)(\\.{0,2})(/|$)|[\\\\\\p{Cntrl}]");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws IllegalArgumentException for what no writer of this format leaves, such as a path out of the folder */
    S3Manifest {
        if (format != FORMAT) {
            throw new IllegalArgumentException("format " + format + ", this build reads " + FORMAT);
        }
        if (attempt == null || !ATTEMPT.matcher(attempt).matches()) {
            throw new IllegalArgumentException("attempt '" + attempt + "'");
        }
        if (files == null || files.isEmpty() || (!folder && files.size() != 1)) {
            throw new IllegalArgumentException("files " + files);
        }
        files.forEach(S3Manifest::requireSound);
        files = new TreeMap<>(files);
    }

    private static void requireSound(String path, FileDigest digest) {
        requireWithin(path);
        if (digest == null
                || digest.bytes() < 0
                || !SHA256.matcher(String.valueOf(digest.sha256())).matches()) {
            throw new IllegalArgumentException(path + ": " + digest);
        }
    }

    /** @throws IllegalArgumentException if a path leads out of the artifact */
    static String requireWithin(String path) {
        if (LEADS_ASTRAY.matcher(path).find()) {
            throw new IllegalArgumentException("'" + path + "' leads out of the artifact");
        }
        return path;
    }

    /**
     * @throws IOException if it is none
     */
    static S3Manifest parse(byte[] json) throws IOException {
        return JSON.readValue(json, S3Manifest.class);
    }

    byte[] toJson() {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain values", e);
        }
    }

    /**
     * By what the artifact is known.
     *
     * @param digestFile for a folder the file that stands for it; of no use for a file
     */
    Optional<FileDigest> digest(String digestFile) {
        return folder
                ? Optional.ofNullable(files.get(digestFile))
                : files.values().stream().findFirst();
    }
}
