package io.saddle.run.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Opens what of models specifications name: the folders that runs start from, and the files of networks that judge. */
@FunctionalInterface
public interface ModelFolders {

    /**
     * Reads and checks a folder, its weights too.
     *
     * @throws IOException saying what is wrong, where, and what to do about it
     */
    Imported open(String folder) throws IOException;

    /**
     * Reads and checks a network that judges: the file's SHA-256 and what describes it. It is not run.
     *
     * @return with the absolute path and the SHA-256
     * @throws IOException saying what is wrong, where, and what to do about it
     */
    default RunSpec.Judge judge(String file) throws IOException {
        throw new IOException("judges cannot be opened here; submit the run to a console");
    }

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
