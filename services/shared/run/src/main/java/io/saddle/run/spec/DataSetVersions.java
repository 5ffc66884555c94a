package io.saddle.run.spec;

import java.io.IOException;

/** Says which version of a data set is the newest when a run is submitted: the run keeps to that one. */
@FunctionalInterface
public interface DataSetVersions {

    /** The beginning of the addresses of data sets: {@code dataset:NAME} or {@code dataset:NAME@N}. */
    String PREFIX = "dataset:";

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
}
