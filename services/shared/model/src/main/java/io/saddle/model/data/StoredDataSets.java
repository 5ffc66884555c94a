package io.saddle.model.data;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactStore;
import io.saddle.dataset.Column;
import io.saddle.dataset.DataSetFolder;
import io.saddle.dataset.DataSetManifest;
import io.saddle.dataset.Latents;
import io.saddle.run.spec.DataSetVersions;
import io.saddle.schema.Artifact;
import io.saddle.schema.DataSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The data sets of an artifact store: {@code datasets/NAME/v1} and so on. A version never changes; another import under the same
 * name is another version, except one of the same content, which is the version that is there. The number of one that was removed is
 * not given again; one whose import was killed may stay unused.
 */
public final class StoredDataSets {

    private static final String PLACE = DataSetVersions.FOLDER;
    private static final Pattern VERSION = Pattern.compile("(.+)/v([1-9][0-9]{0,8})");
    /** What is left of a version that was removed: nobody who knew the number is to find something else under it. */
    private static final Pattern REMOVED = Pattern.compile("(.+)/removed-v([1-9][0-9]{0,8})");

    /**
     * A version of a data set, of which nothing but the manifest was looked at.
     *
     * @param address with its number
     * @param artifact its folder
     */
    public record Version(DataSetAddress address, Artifact artifact, DataSetManifest manifest) {

        public String name() {
            return address.name();
        }

        /** From 1 on. */
        public int number() {
            return address.version();
        }
    }

    /** What was to be stored is this version. */
    private static final class SameContentException extends IOException {

        private static final long serialVersionUID = 1;

        private final transient Version version;

        SameContentException(Version version) {
            this.version = version;
        }
    }

    private final ArtifactStore store;

    public StoredDataSets(ArtifactStore store) {
        this.store = store;
    }

    /** Stores a data set; durable when this returns. Others may store one of the same name meanwhile, from other machines too. */
    public Version put(String name, ArtifactStore.FolderWriter content) throws IOException {
        NumberClaim claim = NumberClaim.make(store, PLACE, name, () -> next(name));
        try {
            store.putFolder(
                    PLACE,
                    key(name, claim.number()),
                    folder -> {
                        content.write(folder);
                        refuseWhatIsThere(name, DataSetManifest.read(folder));
                    },
                    DataSetManifest.FILE);
        } catch (SameContentException same) {
            claim.giveBack();
            return same.version;
        } catch (IOException | RuntimeException e) {
            claim.giveBackAfter(e);
            throw e;
        }
        return find(name, claim.number());
    }

    private int next(String name) throws IOException {
        List<String> there = store.list(PLACE, name + "/");
        return Stream.of(VERSION, REMOVED, NumberClaim.NAME)
                        .mapToInt(kind -> highest(numbers(there, kind)))
                        .max()
                        .orElse(0)
                + 1;
    }

    /** Before it is visible: somebody might use a number that is taken back. A version that cannot be read is not the same. */
    private void refuseWhatIsThere(String name, DataSetManifest made) throws IOException {
        int newest = highest(versions(name));
        Optional<Version> version = newest > 0 ? findReadable(name, newest) : Optional.empty();
        if (version.isPresent() && isSame(made, version.get().manifest())) {
            throw new SameContentException(version.get());
        }
    }

    private static boolean isSame(DataSetManifest a, DataSetManifest b) {
        return a.sha256().equals(b.sha256())
                && a.channels() == b.channels()
                && a.height() == b.height()
                && Objects.equals(a.latents(), b.latents())
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
        return numbers(store.list(PLACE, name + "/"), VERSION);
    }

    private static int highest(List<Integer> numbers) {
        return numbers.isEmpty() ? 0 : numbers.get(numbers.size() - 1);
    }

    private static List<Integer> numbers(List<String> there, Pattern pattern) {
        return there.stream()
                .map(pattern::matcher)
                .filter(Matcher::matches)
                .map(found -> Integer.valueOf(found.group(2)))
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    /**
     * A version of a data set, the newest where none is named.
     *
     * @throws NoSuchDataSetException if it is not there
     * @throws IOException if it is damaged
     */
    public Version find(DataSetAddress address) throws IOException {
        List<Integer> named = named(address);
        return find(address.name(), named.get(named.size() - 1));
    }

    /**
     * The numbers of the versions that an address means, in order: the one that it names, or all. None is read.
     *
     * @throws NoSuchDataSetException if there is none
     */
    public List<Integer> named(DataSetAddress address) throws IOException {
        List<Integer> there = versions(address.name());
        if (there.isEmpty()) {
            List<String> names = names();
            throw new NoSuchDataSetException("there is no data set '" + address.name() + "'"
                    + (names.isEmpty()
                            ? "; none was imported yet ('./saddle data import SOURCE --name NAME')"
                            : "; there is " + String.join(", ", names)));
        }
        if (address.version() != null && !there.contains(address.version())) {
            throw new NoSuchDataSetException(
                    "data set '" + address.name() + "' has no version " + address.version() + "; there is " + there);
        }
        return address.version() == null ? there : List.of(address.version());
    }

    private Version find(String name, int version) throws IOException {
        Artifact artifact = store.find(PLACE, key(name, version), DataSetManifest.FILE)
                .orElseThrow(() -> new NoSuchDataSetException("data set " + name + "@" + version + " has no "
                        + DataSetManifest.FILE + ": it is damaged or being removed"));
        DataSetManifest manifest = DataSetManifest.read(store.openPart(artifact, DataSetManifest.FILE::equals));
        return new Version(new DataSetAddress(name, version), artifact, manifest);
    }

    /** A version on this machine, fetched if it lies elsewhere. */
    public DataSetFolder open(Version version) throws IOException {
        return new DataSetFolder(store.open(version.artifact()), version.manifest());
    }

    /** Its columns on this machine; images only where it lies here anyway. */
    public DataSetFolder openColumns(Version version) throws IOException {
        Set<String> files =
                version.manifest().columns().stream().map(Column::file).collect(Collectors.toSet());
        return new DataSetFolder(store.openPart(version.artifact(), files::contains), version.manifest());
    }

    /** The folder of a version's autoencoder on this machine; without files where it has none. */
    Path autoencoder(Version version) throws IOException {
        String folder = Latents.FOLDER + "/";
        return store.openPart(version.artifact(), file -> file.startsWith(folder))
                .resolve(Latents.FOLDER);
    }

    /** A picture of some of its images, on this machine; empty if these are latents, or were imported by a release that made none. */
    public Optional<Path> preview(Version version) throws IOException {
        return Optional.of(store.openPart(version.artifact(), DataSetManifest.PREVIEW::equals)
                        .resolve(DataSetManifest.PREVIEW))
                .filter(Files::exists);
    }

    /** Addresses of all versions of all data sets, in order. */
    public List<DataSetAddress> all() throws IOException {
        List<DataSetAddress> all = new ArrayList<>();
        for (String name : names()) {
            versions(name).forEach(version -> all.add(new DataSetAddress(name, version)));
        }
        return all;
    }

    /**
     * The versions whose latents were encoded from one of these, without these themselves. One that cannot be read is passed over: nobody
     * decodes it either.
     *
     * @throws IOException if the store cannot be read
     */
    public List<DataSetAddress> encodedFrom(Collection<DataSetAddress> sources) throws IOException {
        List<DataSetAddress> encoded = new ArrayList<>();
        for (DataSetAddress version : all()) {
            if (!sources.contains(version)
                    && latents(version)
                            .flatMap(latents -> DataSetAddress.find(latents.dataSet()))
                            .filter(sources::contains)
                            .isPresent()) {
                encoded.add(version);
            }
        }
        return encoded;
    }

    private Optional<Latents> latents(DataSetAddress version) throws IOException {
        return findReadable(version.name(), version.version())
                .map(found -> found.manifest().latents());
    }

    /**
     * A version; empty if it cannot be read.
     *
     * @throws IOException if the store is away
     */
    private Optional<Version> findReadable(String name, int version) throws IOException {
        try {
            return Optional.of(find(name, version));
        } catch (IOException e) {
            Optional<ArtifactException> away = ArtifactException.unavailable(e);
            if (away.isPresent()) {
                throw away.get();
            }
            return Optional.empty();
        }
    }

    /**
     * What is announced of a version. Reads its manifest, and no images.
     *
     * @throws IOException if it is not there or damaged
     */
    public DataSet record(DataSetAddress address) throws IOException {
        Version version = find(address);
        return DataSetRecords.of(
                version.address(),
                version.manifest(),
                version.artifact(),
                store.find(PLACE, key(version.name(), version.number()), DataSetManifest.PREVIEW)
                        .orElse(null));
    }

    /** Deletes a version, whose number is not given again; nothing happens if it is not there. */
    public void remove(DataSetAddress version) throws IOException {
        if (!versions(version.name()).contains(version.version())) {
            return;
        }
        store.putFile(PLACE, version.name() + "/removed-v" + version.version(), new byte[0]);
        store.delete(PLACE, key(version.name(), version.version()));
    }
}
