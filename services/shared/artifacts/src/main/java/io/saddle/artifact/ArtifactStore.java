package io.saddle.artifact;

import io.saddle.schema.Artifact;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The place of bulk data: {@code <root>/<runId>/<name>}, a file or a folder, visible whole or not at all. A name may have groups
 * before it ({@code snapshots/raw/step-20}), at most {@link #MAX_DEPTH} parts in all.
 *
 * <p>Run ids and the parts of names are letters, digits, '.', '_' and '-' and begin with a letter or digit; anything else is
 * an {@link IllegalArgumentException}. Safe for use by several threads, processes and services at once.
 */
public interface ArtifactStore {

    /** The beginning of the names of all settings of stores. */
    String SETTINGS = "saddle.artifacts.";

    /** The largest number of parts of a name. */
    int MAX_DEPTH = 5;

    /** Time that something half done must have lain untouched before it counts as a crashed writer's. */
    Duration LEFTOVER_AGE = Duration.ofHours(1);

    /** The file whose digest stands for a model folder (see the Artifact record). */
    String MODEL_WEIGHTS = "unet/diffusion_pytorch_model.safetensors";

    /** Fills a new folder; it is asked once more for another one where there was no room, and some could be made. */
    @FunctionalInterface
    interface FolderWriter {
        /**
         * @param folder empty and private until the writer returns; plain files and folders only
         * @throws IOException if it cannot be filled: nothing of it becomes visible
         */
        void write(Path folder) throws IOException;
    }

    /**
     * Stores a folder. It is durable when this returns, and only then may it be announced. A folder of the same name is kept
     * where every file is there as it is written now, else replaced; one without the {@code digestFile} is a group, and is refused.
     *
     * @param digestFile path within the folder of the file that size and digest are taken of
     * @throws IOException if it could not be stored; the folder of that name, if there was one, stands as it was
     */
    Artifact putFolder(String runId, String name, FolderWriter writer, String digestFile) throws IOException;

    /** Stores one file, with the guarantees of {@link #putFolder}. */
    Artifact putFile(String runId, String name, byte[] bytes) throws IOException;

    /**
     * The place of an artifact on this machine, to be read soon and not to be written to. Its content need not be looked at,
     * unless it has to be fetched.
     *
     * @throws ArtifactException if the URI lies outside the store, also by '..' or symbolic links, or if nothing is there
     */
    Path open(Artifact artifact) throws IOException;

    /**
     * The place of a folder of which some files are wanted: those are there as by {@link #open}, what else is there is not said.
     *
     * @param wanted told the path of a file within the folder
     * @throws ArtifactException as {@link #open}
     */
    Path openPart(Artifact artifact, Predicate<String> wanted) throws IOException;

    /**
     * The place of an artifact whose size and digest are those announced; of a folder, those of {@link #MODEL_WEIGHTS}. Reads
     * that file whole.
     *
     * @throws ArtifactException as {@link #open}, and if it is damaged
     */
    default Path verified(Artifact artifact) throws IOException {
        return verified(artifact, MODEL_WEIGHTS);
    }

    /** {@link #verified(Artifact)} for a folder with another digest file. */
    Path verified(Artifact artifact, String digestFile) throws IOException;

    /**
     * The place of one file of a folder; from elsewhere nothing but that file is fetched.
     *
     * @param artifact the folder, with the size and digest of that file
     * @param file path within the folder
     * @throws ArtifactException as {@link #verified(Artifact, String)}
     */
    Path verifiedFile(Artifact artifact, String file) throws IOException;

    /**
     * The artifact of a name, without fetching it. Its size and digest are those that its writer took, whatever has become of it since
     * (see {@link #requireIntact}); taken anew where the writer noted none: on a file system for single files, for other files of a
     * folder than its digest file, and for what earlier releases wrote.
     *
     * @param digestFile for a folder, as in {@link #putFolder}; of no use for a file
     * @return empty if there is nothing
     */
    Optional<Artifact> find(String runId, String name, String digestFile) throws IOException;

    /**
     * Looks whether an artifact is still what was announced, as far as that is seen without fetching it: on a file system all of its
     * digest file is read; elsewhere its manifest and that file's size.
     *
     * @param digestFile for a folder, as in {@link #putFolder}
     * @throws ArtifactException as {@link #verified(Artifact, String)}
     */
    void requireIntact(Artifact artifact, String digestFile) throws IOException;

    /**
     * Whole names that begin with {@code prefix}, sorted; empty if there is no such run.
     *
     * @param prefix up to its last '/' the group that is looked into, not deeper: {@code snapshots/raw/} or {@code grid-}
     */
    List<String> list(String runId, String prefix) throws IOException;

    /** Deletes an artifact; nothing happens if it is not there. */
    void delete(String runId, String name) throws IOException;

    /**
     * Deletes all artifacts of a run, and what writers left half done. Nothing happens if there are none; cut off in the middle, it
     * is done when it is called again. What is written meanwhile may stay, and what is another store's does.
     *
     * @throws ArtifactException where there is a {@link #storeWithin}: nothing goes
     */
    void deleteRun(String runId) throws IOException;

    /** The URI of another store that lies among a run's files and cannot be told from them; empty if there is none. */
    Optional<String> storeWithin(String runId) throws IOException;

    /** The room that all of a run takes now, half done or not; none where there is a {@link #storeWithin}. Looks at every file's size. */
    StoredBytes stored(String runId) throws IOException;

    /** The room that one artifact takes, what writers left half done of it included; none if it is not there. */
    StoredBytes stored(String runId, String name) throws IOException;

    /** The room that each run takes, by its id; a look at the whole store. */
    Map<String, StoredBytes> stored() throws IOException;

    /** Clears away what crashed writers left behind, and puts back what one had moved aside but not yet replaced. */
    void removeLeftovers() throws IOException;
}
