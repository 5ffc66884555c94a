package io.saddle.cli.track;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * The names of curves and parameters as MLflow takes them: letters, digits, spaces and some marks, and paths that name no other place. A name that
 * is made to fit ends with a checksum of what it was, so that it is the same each time and no other's.
 */
final class MlflowNames {

    private static final int LENGTH = 250;

    private MlflowNames() {}

    /** The same name if it fits. */
    static String fitting(String name) {
        String valid = name.replaceAll("[^\\p{L}\\p{N}_./\\- ]", "_").replaceAll("(?<=^|/)(?=\\.{0,2}(/|$))", "_");
        if (valid.equals(name) && valid.length() <= LENGTH) {
            return name;
        }
        String checksum = "-" + checksum(name);
        return valid.substring(0, Math.min(valid.length(), LENGTH - checksum.length())) + checksum;
    }

    private static String checksum(String name) {
        CRC32 sum = new CRC32();
        sum.update(name.getBytes(StandardCharsets.UTF_8));
        return "%08x".formatted(sum.getValue());
    }
}
