package io.saddle.run.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;

/** Opens what of models specifications name: what runs start from, and the files of networks that judge. */
@FunctionalInterface
public interface ModelFolders {

    /** Begins the address of a model of another run, run:NAME@best. */
    String RUN = "run:";

    /** In place of a step: the best judged model, by what is known at submission. */
    String BEST = "best";

    /**
     * Reads and checks a model, its weights too.
     *
     * @param folder its path, or the address of a run's model
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
     * The SHA-256 of a file of statistics.
     *
     * @return empty where it cannot be read, for whatever reason
     */
    default Optional<String> statistics(String file) {
        return Optional.empty();
    }

    /**
     * The checkpoint beside a run's model, with what an optimizer goes on from.
     *
     * @param folder the address of a run's model by its primal steps
     * @return SHA-256 of its file
     * @throws IOException saying which checkpoints there are, if there is none of this step
     */
    default String checkpoint(String folder) throws IOException {
        throw new IOException("checkpoints of runs cannot be looked up here; submit the run to a console");
    }

    /**
     * The values of a model.
     *
     * @param folder its absolute path, or its address by the primal steps done
     * @param sha256 SHA-256 of the file of weights
     * @param unet all of {@code model.unet}; a null {@code sample_size} leaves the size open
     * @param schedule all of {@code model.schedule}; null where the folder has no scheduler
     * @param prediction {@code model.prediction}; null where the folder has no scheduler
     */
    record Imported(String folder, String sha256, ObjectNode unet, ObjectNode schedule, String prediction) {}
}
