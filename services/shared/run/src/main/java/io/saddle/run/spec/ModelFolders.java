package io.saddle.run.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Opens the folders that runs start from. */
@FunctionalInterface
public interface ModelFolders {

    /**
     * Reads and checks a folder, its weights too.
     *
     * @throws IOException saying what is wrong, where, and what to do about it
     */
    Imported open(String folder) throws IOException;

    /**
     * The values of a folder.
     *
     * @param folder its absolute path
     * @param sha256 SHA-256 of the file of weights
     * @param unet all of {@code model.unet}; a null {@code sample_size} leaves the size open
     * @param schedule all of {@code model.schedule}; null where the folder has no scheduler
     * @param prediction {@code model.prediction}; null where the folder has no scheduler
     */
    record Imported(String folder, String sha256, ObjectNode unet, ObjectNode schedule, String prediction) {}
}
