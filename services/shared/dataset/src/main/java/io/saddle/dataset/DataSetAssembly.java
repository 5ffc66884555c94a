package io.saddle.dataset;

import io.saddle.artifact.FileDigest;
import io.saddle.dataset.DataSetManifest.Origin;
import io.saddle.dataset.DataSetManifest.Part;
import io.saddle.dataset.DataSetManifest.Skipped;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts the folder of a data set together: files of images as they are, the values of each image, at last the manifest. The same
 * input gives the same folder but for the time. Not thread-safe.
 */
public final class DataSetAssembly implements Closeable {

    /** The most columns of a data set. */
    public static final int MOST_COLUMNS = 1024;

    private final Path folder;
    private final int channels;
    private final int height;
    private final int width;
    private final Element element;
    private final long imageBytes;
    private final Map<String, ColumnWriter> columns = new LinkedHashMap<>();
    private final List<Part> parts = new ArrayList<>();
    private final FileDigest.Meter pixels = new FileDigest.Meter();
    private long images;
    private long rows;

    /**
     * A data set of pixels.
     *
     * @param folder exists and is empty
     */
    public DataSetAssembly(Path folder, int channels, int height, int width) {
        this(folder, channels, height, width, Element.UINT8, false);
    }

    /**
     * A data set.
     *
     * @param folder exists and is empty
     * @param drawn as in {@link Latents}
     */
    public DataSetAssembly(Path folder, int channels, int height, int width, Element element, boolean drawn) {
        this.folder = folder;
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.element = element;
        imageBytes = DataSetManifest.imageBytes(channels, height, width, element, drawn);
    }

    /**
     * Adds images behind those that are there.
     *
     * @param file elements, [images, channels, height, width], twice the channels if images are drawn; linked where that is possible, else copied
     */
    public void addImages(Path file) throws IOException {
        long size = Files.size(file);
        if (size % imageBytes != 0) {
            throw new DataSetException(file + " has " + size + " bytes, no whole number of " + channels + "x" + height
                    + "x" + width + " images");
        }
        if (size == 0) {
            return;
        }
        String name = String.format("images-%05d.bin", parts.size());
        Path part = folder.resolve(name);
        link(file, part);
        parts.add(new Part(name, size / imageBytes, FileDigest.of(part, pixels).sha256()));
        images += size / imageBytes;
    }

    /**
     * Adds the values of the next image.
     *
     * @param values by column; a column that is not there has none
     * @throws DataSetException if there are too many columns
     */
    public void addRow(Map<String, String> values) throws IOException {
        for (String name : values.keySet()) {
            if (!columns.containsKey(name)) {
                if (columns.size() == MOST_COLUMNS) {
                    throw new DataSetException(
                            "more than " + MOST_COLUMNS
                                    + " columns: the attributes are not one column a property, or the source is not what it seems");
                }
                columns.put(name, new ColumnWriter(name, folder.resolve(columns.size() + ".raw"), rows));
            }
        }
        for (Map.Entry<String, ColumnWriter> column : columns.entrySet()) {
            column.getValue().add(values.get(column.getKey()));
        }
        rows++;
    }

    /**
     * Writes columns and manifest.
     *
     * @throws DataSetException if there is no image, or not one row for each
     */
    public DataSetManifest finish(
            String name, Origin origin, List<Skipped> skipped, List<String> notes, Instant importedAt)
            throws IOException {
        if (images == 0) {
            throw new DataSetException("no picture could be read");
        }
        if (rows != images) {
            throw new DataSetException(rows + " rows for " + images + " images");
        }
        List<Column> finished = new ArrayList<>();
        List<String> allNotes = new ArrayList<>(notes);
        for (Map.Entry<String, ColumnWriter> column : columns.entrySet()) {
            column.getValue()
                    .finish(folder, String.format("column-%04d.bin", finished.size()), rows)
                    .ifPresentOrElse(
                            finished::add,
                            () -> allNotes.add("column " + column.getKey() + " is left out: it has more than "
                                    + ColumnWriter.MOST_VALUES + " different names"));
        }
        close();
        return write(name, null, finished, origin, skipped, allNotes, importedAt);
    }

    /**
     * Writes the manifest of latents, and the columns of the data set that they are of.
     *
     * @param autoencoder its files
     * @param source has as many images, in the same order
     * @throws DataSetException if there is not one image for each of the source's
     */
    public DataSetManifest finish(
            String name,
            Latents latents,
            List<Path> autoencoder,
            DataSetFolder source,
            Origin origin,
            Instant importedAt)
            throws IOException {
        DataSetManifest of = source.manifest();
        if (images != of.images()) {
            throw new DataSetException(images + " latents for " + of.images() + " images");
        }
        Path copies = Files.createDirectory(folder.resolve(Latents.FOLDER));
        for (Path file : autoencoder) {
            Files.copy(file, copies.resolve(file.getFileName()));
        }
        for (Column column : of.columns()) {
            link(source.folder().resolve(column.file()), folder.resolve(column.file()));
        }
        return write(name, latents, of.columns(), origin, List.of(), of.notes(), importedAt);
    }

    private static void link(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (UnsupportedOperationException | FileSystemException otherDisk) {
            Files.copy(from, to);
        }
    }

    private DataSetManifest write(
            String name,
            Latents latents,
            List<Column> all,
            Origin origin,
            List<Skipped> skipped,
            List<String> notes,
            Instant importedAt)
            throws IOException {
        DataSetManifest manifest = new DataSetManifest(
                DataSetManifest.format(element, latents != null && latents.drawn()),
                name,
                images,
                channels,
                height,
                width,
                element,
                latents,
                all,
                parts,
                pixels.digest().sha256(),
                origin,
                skipped,
                notes,
                importedAt);
        Files.write(folder.resolve(DataSetManifest.FILE), manifest.toJson());
        return manifest;
    }

    @Override
    public void close() throws IOException {
        for (ColumnWriter column : columns.values()) {
            column.close();
        }
        columns.clear();
    }
}
