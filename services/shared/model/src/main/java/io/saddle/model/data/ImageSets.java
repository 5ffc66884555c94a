package io.saddle.model.data;

import io.saddle.artifact.ArtifactStore;
import io.saddle.dataset.Column;
import io.saddle.dataset.DataSetManifest;
import io.saddle.diffusion.data.DataSets;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.run.spec.DataSetVersions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Labelled images by address: what {@link DataSets} opens, and the data sets of an artifact store, {@code dataset:NAME@N}. A data
 * set's labels are the values of its column {@code class} or {@code label}: whole numbers up to 255 as they are, names by their order.
 */
@Singleton
public final class ImageSets implements DataSetVersions {

    private static final List<String> CLASSES = List.of(Column.CLASS, "label");
    /** 0 to 255, as specifications have them. */
    private static final Pattern LABEL = Pattern.compile("0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]");

    private final ArtifactStore store;

    /** With the data sets of a store. */
    @Inject
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
        if (column.missing() > 0) {
            throw new IOException("data set " + version.name() + ": " + column.missing() + " of " + manifest.images()
                    + " images have no value in column '" + column.name() + "': import it without them");
        }
        return PreparedImages.of(version.data(), column, labels(column.values()));
    }

    /** The numbers that the values are, if all of them can be labels, else their positions. */
    private static int[] labels(List<Column.Value> values) {
        boolean numbers =
                values.stream().allMatch(value -> LABEL.matcher(value.value()).matches());
        return IntStream.range(0, values.size())
                .map(i -> numbers ? Integer.parseInt(values.get(i).value()) : i)
                .toArray();
    }

    private StoredDataSets.Version version(String address) throws IOException {
        if (store == null) {
            throw new IOException("the data sets of an artifact store cannot be opened here");
        }
        return new StoredDataSets(store).open(DataSetAddress.parse(address.substring(PREFIX.length())));
    }

    @Override
    public String pinned(String address) throws IOException {
        return PREFIX + version(address).address();
    }
}
