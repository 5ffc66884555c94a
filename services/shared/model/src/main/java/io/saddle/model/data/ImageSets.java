package io.saddle.model.data;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.FileDigest;
import io.saddle.artifact.StoreUnavailableException;
import io.saddle.dataset.Column;
import io.saddle.dataset.DataSetFolder;
import io.saddle.dataset.DataSetManifest;
import io.saddle.dataset.Latents;
import io.saddle.diffusion.data.DataSets;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.run.spec.DataSetVersions;
import io.saddle.run.spec.Problem;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.DataSelection;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Labelled images, or latents of images, by address: what {@link DataSets} opens, and the data sets of an artifact store, {@code dataset:NAME@N}. A data
 * set's labels are the values of the column that the labels' address names ({@code dataset:NAME@N#COLUMN}), else of its column
 * {@code class} or {@code label}: whole numbers up to 255 as they are, names by their order. Without such a column its images have no class.
 */
@Singleton
public final class ImageSets implements DataSetVersions {

    /** 0 to 255, as specifications have them. */
    private static final Pattern LABEL = Pattern.compile("0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]");

    private static final int CHUNK = 1 << 16;

    private final ArtifactStore store;
    private final DataRoots roots;

    /** With the data sets of a store, and files under these roots. */
    @Inject
    public ImageSets(ArtifactStore store, DataRoots roots) {
        this.store = store;
        this.roots = roots;
    }

    /** Where there is no store: data sets are refused, files are read wherever they lie. */
    public static ImageSets withoutStore() {
        return new ImageSets(null, DataRoots.ANYWHERE);
    }

    /**
     * Opens images and their labels; of a data set, without reading any image.
     *
     * @param labels address of the labels; of no use for a bundled data set, and for another of which they name no column
     * @throws IOException naming the address and what is wrong with it
     */
    public ImageDataSet open(String images, String labels) throws IOException {
        return open(images, labels, true);
    }

    /**
     * The same without pixels, which are passed over: for what has no need of them.
     *
     * @throws IOException as {@link #open}
     */
    public ImageDataSet openWithoutPixels(String images, String labels) throws IOException {
        return open(images, labels, false);
    }

    private ImageDataSet open(String images, String labels, boolean withPixels) throws IOException {
        if (!images.startsWith(PREFIX)) {
            files(images, labels);
            return withPixels ? DataSets.open(images, labels) : DataSets.openWithoutPixels(images, labels);
        }
        StoredDataSets stored = stored();
        StoredDataSets.Version version = find(stored, images);
        DataSetFolder data = withPixels ? stored.open(version) : stored.openColumns(version);
        DataSetManifest manifest = data.manifest();
        Optional<Column> column = classColumn(manifest, labels);
        int[] classes = new int[Math.toIntExact(manifest.images())];
        Arrays.fill(classes, ImageDataSet.NO_CLASS);
        Map<Integer, String> names = new HashMap<>();
        if (column.isPresent()) {
            int[] ofValues = labels(column.get().values());
            for (int i = 0; i < ofValues.length; i++) {
                names.put(ofValues[i], name(column.get(), i));
            }
            IntBuffer values = data.values(column.get());
            for (int i = 0; i < classes.length; i++) {
                classes[i] = values.get(i) < 0 ? ImageDataSet.NO_CLASS : ofValues[values.get(i)];
            }
        }
        return withPixels
                ? PreparedImages.of(data, classes, names)
                : ImageDataSet.withoutPixels(classes, names, manifest.channels(), manifest.height(), manifest.width());
    }

    /** The files that images and their labels are read from; none of a data set, whose versions never change, and of a bundled one. */
    public List<Path> files(String images, String labels) throws IOException {
        List<Path> files = new ArrayList<>();
        if (!images.startsWith(PREFIX)) {
            for (String address : Arrays.asList(images, labels)) {
                if (address != null && !address.isBlank() && !address.startsWith(DataSets.BUNDLED)) {
                    files.add(roots.path(address));
                }
            }
        }
        return files;
    }

    @Override
    public Optional<String> sha256(String images, String labels) {
        try {
            List<Path> files = files(images, labels);
            return files.isEmpty() ? Optional.empty() : Optional.of(sha256(files));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String sha256(List<Path> files) throws IOException {
        FileDigest.Meter meter = new FileDigest.Meter();
        byte[] chunk = new byte[CHUNK];
        for (Path file : files) {
            try (InputStream in = Files.newInputStream(file)) {
                for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                    meter.add(chunk, length);
                }
            }
        }
        return meter.digest().sha256();
    }

    /**
     * The positions of the images of a data set that its columns choose, in order.
     *
     * @throws IllegalArgumentException as {@link ColumnSelection#images}, and for files, which have no columns
     */
    public int[] images(DataSelection selection, ColumnSelection columns) throws IOException {
        if (!selection.getImages().startsWith(PREFIX)) {
            throw new IllegalArgumentException(selection.getImages() + " has no columns for where and groups");
        }
        StoredDataSets stored = stored();
        StoredDataSets.Version version = find(stored, selection.getImages());
        return columns.images(stored.openColumns(version), selection.getSeed());
    }

    /**
     * What is wrong with the columns that a selection names, each with its place; empty for files.
     *
     * @throws IOException if the data set cannot be opened
     */
    public List<Problem> problems(DataSelection selection) throws IOException {
        if (!selection.getImages().startsWith(PREFIX)) {
            return List.of();
        }
        DataSetManifest manifest = find(stored(), selection.getImages()).manifest();
        List<Problem> problems = new ArrayList<>(ColumnSelection.of(selection).problems(manifest));
        try {
            classColumn(manifest, selection.getLabels());
        } catch (IOException e) {
            problems.add(0, new Problem("class", e.getMessage()));
        }
        return problems;
    }

    private static Optional<Column> classColumn(DataSetManifest manifest, String labels) throws IOException {
        String named = labels == null ? "" : DataSetVersions.column(labels);
        if (named.isEmpty()) {
            return manifest.classColumn();
        }
        Column column = manifest.column(named.substring(COLUMN.length()))
                .orElseThrow(
                        () -> new IOException(ColumnSelection.noColumn(named.substring(COLUMN.length()), manifest)));
        if (column.kind() == Column.Kind.MEASURES) {
            throw new IOException("column '" + column.name() + "' of data set " + manifest.name()
                    + " has measures, which are no classes");
        }
        return Optional.of(column);
    }

    /** What a value is called: by itself, but of something that is or is not so, with what that is. */
    private static String name(Column column, int value) {
        String name = column.values().get(value).value();
        return column.kind() == Column.Kind.FLAGS
                        && !Set.of(Column.CLASS, Column.LABEL).contains(column.name())
                ? column.name() + "=" + name
                : name;
    }

    /** The numbers that the values are, if all of them can be labels, else their positions. */
    private static int[] labels(List<Column.Value> values) {
        boolean numbers =
                values.stream().allMatch(value -> LABEL.matcher(value.value()).matches());
        return IntStream.range(0, values.size())
                .map(i -> numbers ? Integer.parseInt(values.get(i).value()) : i)
                .toArray();
    }

    private StoredDataSets stored() throws IOException {
        if (store == null) {
            throw new IOException("the data sets of an artifact store cannot be opened here");
        }
        return new StoredDataSets(store);
    }

    private static StoredDataSets.Version find(StoredDataSets stored, String address) throws IOException {
        return stored.find(DataSetAddress.parse(address.substring(PREFIX.length())));
    }

    /**
     * What latents were made of and with.
     *
     * @param images address of images or latents
     * @return empty for images
     */
    public Optional<Latents> latents(String images) throws IOException {
        return images.startsWith(PREFIX)
                ? Optional.ofNullable(find(stored(), images).manifest().latents())
                : Optional.empty();
    }

    /**
     * The autoencoder of latents, on this machine: the files that they were made with, and no others.
     *
     * @param images address of latents
     * @throws IOException if a file is missing or another one than the latents were made with
     */
    public Path autoencoder(String images) throws IOException {
        StoredDataSets.Version version = find(stored(), images);
        Path folder = stored().autoencoder(version);
        for (Latents.AutoencoderFile file : version.manifest().latents().files()) {
            Path found = folder.resolve(file.file());
            if (!Files.exists(found)) {
                throw new IOException("data set " + version.address() + " has no " + Latents.FOLDER + "/" + file.file()
                        + ": it is damaged, or of a release that did not keep autoencoders; encode "
                        + version.manifest().latents().dataSet() + " again");
            }
            if (!FileDigest.of(found).sha256().equals(file.sha256())) {
                throw new IOException(found + " is not the file that data set " + version.address()
                        + " was encoded with: its sha256 is another one");
            }
        }
        return folder;
    }

    /**
     * What can be looked at: a selection of latents becomes that of the images they were made of, which have the same order and
     * columns; any other is left as it is.
     *
     * @throws IOException if the images are not there any more
     */
    public RunSpec.Data pictures(RunSpec.Data data) throws IOException {
        Optional<String> images = data.latents() ? pictures(data.images()) : Optional.empty();
        return images.isEmpty() ? data : data.of(images.get(), images.get() + DataSetVersions.column(data.labels()));
    }

    /** As {@link #pictures(RunSpec.Data)}. */
    public DataSelection pictures(DataSelection selection) throws IOException {
        Optional<String> images = pictures(selection.getImages());
        return images.isEmpty()
                ? selection
                : DataSelection.newBuilder(selection)
                        .setImages(images.get())
                        .setLabels(images.get() + DataSetVersions.column(selection.getLabels()))
                        .setLatentMeans(false)
                        .build();
    }

    /** Address of the images that latents were made of; empty for images. */
    private Optional<String> pictures(String address) throws IOException {
        Optional<String> images = latents(address).map(latents -> PREFIX + latents.dataSet());
        if (images.isPresent()) {
            try {
                find(stored(), images.get());
            } catch (NoSuchDataSetException e) {
                throw new NoSuchDataSetException("judges look at the images that " + address
                        + " was encoded from, and they are gone: " + e.getMessage());
            }
        }
        return images;
    }

    @Override
    public String pinned(String address) throws IOException {
        return PREFIX
                + StoreUnavailableException.answer(() -> find(stored(), address))
                        .address();
    }

    @Override
    public boolean holdsLatents(String images) throws IOException {
        return StoreUnavailableException.answer(() -> latents(images)).isPresent();
    }

    @Override
    public Optional<String> classColumn(String images) throws IOException {
        return StoreUnavailableException.answer(() -> find(stored(), images))
                .manifest()
                .classColumn()
                .map(Column::name);
    }
}
