package io.saddle.run.spec;

import java.io.IOException;
import java.util.Optional;

/**
 * What a specification asks of data sets when a run is submitted: which version is the newest, since the run keeps to that one, and
 * which column its classes are; and of files, what they hold then.
 */
@FunctionalInterface
public interface DataSetVersions {

    /** The beginning of the addresses of data sets: {@code dataset:NAME} or {@code dataset:NAME@N}. */
    String PREFIX = "dataset:";

    /** Comes before the column that is the class, in addresses of labels: {@code dataset:NAME@N#COLUMN}. */
    String COLUMN = "#";

    /** The folder of an artifact store that data sets lie in, beside those of runs: no run is called so. */
    String FOLDER = "datasets";

    /** Leaves addresses as they are. */
    DataSetVersions AS_WRITTEN = address -> address;

    /**
     * The address with its version.
     *
     * @throws IOException if there is no such data set or version, saying what there is
     */
    String pinned(String address) throws IOException;

    /**
     * The column that is the class where labels name none.
     *
     * @param images address with its version
     * @return empty if the data set has no such column, or nothing is known of it here
     */
    default Optional<String> classColumn(String images) throws IOException {
        return Optional.empty();
    }

    /**
     * Whether a data set holds latents rather than images.
     *
     * @param images address with its version
     * @return false if nothing is known of it here
     */
    default boolean holdsLatents(String images) throws IOException {
        return false;
    }

    /**
     * SHA-256 of the files of images and labels, one after the other, in hexadecimal digits.
     *
     * @return empty where they cannot be read, for whatever reason, or nothing is known of them here
     */
    default Optional<String> sha256(String images, String labels) {
        return Optional.empty();
    }

    /** The end of an address of labels that names the column, with {@value #COLUMN}; empty where it names none. */
    static String column(String labels) {
        int at = labels.startsWith(PREFIX) ? labels.indexOf(COLUMN) : -1;
        return at < 0 ? "" : labels.substring(at);
    }
}
