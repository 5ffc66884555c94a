package io.saddle.model.data;

import io.saddle.artifact.ArtifactStore;
import io.saddle.dataset.Column;
import io.saddle.dataset.DataSetManifest;
import io.saddle.diffusion.data.DataSets;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.run.spec.DataSetVersions;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Labelled images by address: what {@link DataSets} opens, and the data sets of an artifact store, {@code dataset:NAME@N}. A data
 * set's labels are the values of its column {@code class} or {@code label}: whole numbers up to 255 as they are, names by their order.
 */
public final class ImageSets implements DataSetVersions {

    private static final List<String> CLASSES = List.of(Column.CLASS, "label");
    private static final int MOST_LABEL = 255;

    private final ArtifactStore store;

    /** With the data sets of a store. */
    public ImageSets(ArtifactStore store) {
        this.store = store;
    }

    /** Where there is no store: data sets are refused. */
    public static ImageSets withoutStore() {
        return new ImageSets(null);
    }

    /**
     * Opens images and their labels; of a data set, without reading any image.
     *
     * @param labels address of the labels; of no use for a data set or a bundled one
     * @throws IOException naming the address and what is wrong with it
     */
    public ImageDataSet open(String images, String labels) throws IOException {
        if (!images.startsWith(PREFIX)) {
            return DataSets.open(images, labels);
        }
        StoredDataSets.Version version = version(images);
        DataSetManifest manifest = version.data().manifest();
        Column column = CLASSES.stream()
                .flatMap(name -> manifest.column(name).stream())
                .filter(found -> found.kind() != Column.Kind.MEASURES)
                .findFirst()
                .orElseThrow(() -> new IOException("data set " + version.name()
                        + " has no column 'class' or 'label', which the classes of a run are taken from; it has "
                        + manifest.columns().stream().map(Column::name).toList()));
        return PreparedImages.of(version.data(), column, labels(column));
    }

    private static int[] labels(Column column) {
        int[] labels = new int[column.values().size()];
        boolean numbers = column.isNumeric() && column.least() >= 0 && column.most() <= MOST_LABEL;
        for (int i = 0; i < labels.length; i++) {
            String value = column.values().get(i).value();
            numbers &= value.matches("[0-9]+");
            labels[i] = numbers ? Integer.parseInt(value) : i;
        }
        for (int i = 0; i < labels.length && !numbers; i++) {
            labels[i] = i;
        }
        return labels;
    }

    private StoredDataSets.Version version(String address) throws IOException {
        String set = address.substring(PREFIX.length());
        StoredDataSets sets = sets();
        int at = set.lastIndexOf('@');
        if (at >= 0) {
            return sets.open(set.substring(0, at), Integer.parseInt(set.substring(at + 1)));
        }
        return newest(sets, set);
    }

    private StoredDataSets sets() throws IOException {
        if (store == null) {
            throw new IOException("the data sets of an artifact store cannot be opened here");
        }
        return new StoredDataSets(store);
    }

    private static StoredDataSets.Version newest(StoredDataSets sets, String name) throws IOException {
        Optional<StoredDataSets.Version> newest = sets.newest(name);
        if (newest.isPresent()) {
            return newest.get();
        }
        List<String> names = sets.names();
        throw new IOException("there is no data set '" + name + "'"
                + (names.isEmpty()
                        ? "; none was imported yet ('./saddle data import SOURCE --name " + name + "')"
                        : "; there is " + String.join(", ", names)));
    }

    @Override
    public String pinned(String address) throws IOException {
        StoredDataSets.Version version = version(address);
        return PREFIX + version.name() + "@" + version.number();
    }
}
