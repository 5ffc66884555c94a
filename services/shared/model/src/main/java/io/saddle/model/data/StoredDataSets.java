package io.saddle.model.data;

import io.saddle.artifact.ArtifactStore;
import io.saddle.dataset.DataSetFolder;
import io.saddle.dataset.DataSetManifest;
import io.saddle.run.spec.DataSetVersions;
import io.saddle.schema.Artifact;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The data sets of an artifact store: {@code datasets/NAME/v1} and so on. A version never changes; another import under the same
 * name is another version, except one of the same content, which is the version that is there.
 */
public final class StoredDataSets {

    private static final String PLACE = DataSetVersions.FOLDER;
    private static final Pattern VERSION = Pattern.compile("(.+)/v([1-9][0-9]{0,8})");

    /** Fills the folder of a data set. */
    @FunctionalInterface
    public interface Filler {
        /** @param folder exists and is empty */
        DataSetManifest fill(Path folder) throws IOException;
    }

    /**
     * A version of a data set.
     *
     * @param number from 1 on
     */
    public record Version(String name, int number, DataSetFolder data) {}

    private final ArtifactStore store;

    public StoredDataSets(ArtifactStore store) {
        this.store = store;
    }

    /** Stores a data set; durable when this returns. */
    public Version put(String name, Filler filler) throws IOException {
        List<Integer> there = versions(name);
        int next = there.isEmpty() ? 1 : there.get(there.size() - 1) + 1;
        DataSetManifest[] filled = new DataSetManifest[1];
        Artifact artifact = store.putFolder(
                PLACE, key(name, next), folder -> filled[0] = filler.fill(folder), DataSetManifest.FILE);
        if (!there.isEmpty()) {
            Version newest = open(name, next - 1);
            if (isSame(newest.data().manifest(), filled[0])) {
                store.delete(PLACE, key(name, next));
                return newest;
            }
        }
        return new Version(name, next, DataSetFolder.open(store.open(artifact)));
    }

    private static boolean isSame(DataSetManifest a, DataSetManifest b) {
        return a.sha256().equals(b.sha256())
                && a.channels() == b.channels()
                && a.height() == b.height()
                && a.columns().equals(b.columns());
    }

    private static String key(String name, int version) {
        return name + "/v" + version;
    }

    /** Names of all data sets, sorted. */
    public List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        for (String name : store.list(PLACE, "")) {
            if (!versions(name).isEmpty()) {
                names.add(name);
            }
        }
        return names;
    }

    /** Numbers of a data set's versions, the newest last; empty if there is no such data set. */
    public List<Integer> versions(String name) throws IOException {
        return store.list(PLACE, name + "/").stream()
                .map(VERSION::matcher)
                .filter(Matcher::matches)
                .map(found -> Integer.valueOf(found.group(2)))
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    /** The newest version of a data set; empty if there is no such data set. */
    public Optional<Version> newest(String name) throws IOException {
        List<Integer> there = versions(name);
        return there.isEmpty() ? Optional.empty() : Optional.of(open(name, there.get(there.size() - 1)));
    }

    /**
     * A version of a data set.
     *
     * @throws IOException if it is not there or damaged
     */
    public Version open(String name, int version) throws IOException {
        Artifact artifact = store.find(PLACE, key(name, version), DataSetManifest.FILE)
                .orElseThrow(() -> new IOException("data set " + name + " has no version " + version));
        return new Version(name, version, DataSetFolder.open(store.open(artifact)));
    }

    /** Deletes a version; nothing happens if it is not there. */
    public void remove(String name, int version) throws IOException {
        store.delete(PLACE, key(name, version));
    }
}
