package io.saddle.dataset;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.IntBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A prepared data set as it lies on this machine. Opening it reads its manifest and nothing else.
 *
 * @param folder that of the manifest
 */
public record DataSetFolder(Path folder, DataSetManifest manifest) {

    /**
     * Opens a data set.
     *
     * @throws DataSetException if there is none or it is damaged
     */
    public static DataSetFolder open(Path folder) throws IOException {
        return new DataSetFolder(folder, DataSetManifest.read(folder));
    }

    /** Its images, mapped. */
    public MappedImages images() throws IOException {
        return MappedImages.of(folder, manifest);
    }

    /**
     * The value of each image in a column whose values are listed, mapped.
     *
     * @return positions in {@link Column#values()}; -1 where an image has none
     * @throws IllegalArgumentException for a column of measures
     */
    public IntBuffer values(Column column) throws IOException {
        if (column.kind() == Column.Kind.MEASURES) {
            throw new IllegalArgumentException("column " + column.name() + " has measures, not listed values");
        }
        return map(column, Integer.BYTES).asIntBuffer();
    }

    /** The numbers of a column of measures, mapped; NaN where an image has none. */
    public DoubleBuffer measures(Column column) throws IOException {
        if (column.kind() != Column.Kind.MEASURES) {
            throw new IllegalArgumentException("column " + column.name() + " has listed values, not measures");
        }
        return map(column, Double.BYTES).asDoubleBuffer();
    }

    private ByteBuffer map(Column column, int bytes) throws IOException {
        Path file = folder.resolve(column.file());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long expected = manifest.images() * bytes;
            if (channel.size() != expected) {
                throw new DataSetException(
                        file + " has " + channel.size() + " bytes, expected " + expected + ": it is damaged");
            }
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, expected);
            return mapped.order(ByteOrder.LITTLE_ENDIAN);
        } catch (NoSuchFileException e) {
            throw new DataSetException(file + " is missing");
        }
    }
}
