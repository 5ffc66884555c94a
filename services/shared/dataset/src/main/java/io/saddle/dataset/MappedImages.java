package io.saddle.dataset;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * The images of a data set, mapped into memory: the heap holds none of them, and the operating system keeps of them what it has
 * room for. Safe for use by several threads. Unmapped when it is garbage.
 */
public final class MappedImages {

    private final MappedByteBuffer[] parts;
    /** The first image of each part. */
    private final long[] firsts;

    private final long count;
    private final int imageBytes;

    private MappedImages(MappedByteBuffer[] parts, long[] firsts, long count, int imageBytes) {
        this.parts = parts;
        this.firsts = firsts;
        this.count = count;
        this.imageBytes = imageBytes;
    }

    /**
     * Maps the parts that a manifest names; reads none of their content.
     *
     * @throws DataSetException if a part is missing or has another size than the manifest says
     */
    public static MappedImages of(Path folder, DataSetManifest manifest) throws IOException {
        int imageBytes = Math.toIntExact(manifest.imageBytes());
        MappedByteBuffer[] mapped = new MappedByteBuffer[manifest.parts().size()];
        long[] firsts = new long[mapped.length];
        long total = 0;
        for (int i = 0; i < mapped.length; i++) {
            DataSetManifest.Part part = manifest.parts().get(i);
            mapped[i] = map(folder.resolve(part.file()), Math.multiplyExact(part.images(), imageBytes));
            firsts[i] = total;
            total += part.images();
        }
        if (total != manifest.images()) {
            throw new DataSetException(
                    folder + ": the parts have " + total + " images, the manifest says " + manifest.images());
        }
        return new MappedImages(mapped, firsts, total, imageBytes);
    }

    private static MappedByteBuffer map(Path file, long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() != bytes) {
                throw new DataSetException(
                        file + " has " + channel.size() + " bytes, the manifest says " + bytes + ": it is damaged");
            }
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes);
            mapped.order(ByteOrder.LITTLE_ENDIAN);
            return mapped;
        } catch (NoSuchFileException e) {
            throw new DataSetException(file + " is missing");
        }
    }

    /** Number of images. */
    public long count() {
        return count;
    }

    /** Bytes of one image. */
    public int imageBytes() {
        return imageBytes;
    }

    /**
     * Reads one image.
     *
     * @param target gets its bytes from the first on
     * @throws IndexOutOfBoundsException if there is no such image
     */
    public void read(long index, byte[] target) {
        int part = part(index);
        parts[part].get((int) (index - firsts[part]) * imageBytes, target, 0, imageBytes);
    }

    /**
     * Reads one image of pixels as numbers; takes no memory.
     *
     * @param target gets them, from {@code offset} on
     * @param values of the levels 0..255
     * @throws IndexOutOfBoundsException if there is no such image
     */
    public void read(long index, float[] target, int offset, float[] values) {
        int part = part(index);
        MappedByteBuffer bytes = parts[part];
        int from = (int) (index - firsts[part]) * imageBytes;
        for (int i = 0; i < imageBytes; i++) {
            target[offset + i] = values[bytes.get(from + i) & 0xff];
        }
    }

    /**
     * Reads numbers of an image of float16; takes no memory.
     *
     * @param first the first of them within the image
     * @param values of the 65,536 bit patterns of float16
     * @throws IndexOutOfBoundsException if there is no such image
     */
    public void readHalves(long index, int first, int count, float[] target, int offset, float[] values) {
        int part = part(index);
        MappedByteBuffer bytes = parts[part];
        int from = (int) (index - firsts[part]) * imageBytes + first * Short.BYTES;
        for (int i = 0; i < count; i++) {
            target[offset + i] = values[bytes.getShort(from + i * Short.BYTES) & 0xffff];
        }
    }

    /**
     * Reads numbers of an image of float32; takes no memory.
     *
     * @param first the first of them within the image
     * @throws IndexOutOfBoundsException if there is no such image
     */
    public void readFloats(long index, int first, int count, float[] target, int offset) {
        int part = part(index);
        MappedByteBuffer bytes = parts[part];
        int from = (int) (index - firsts[part]) * imageBytes + first * Float.BYTES;
        for (int i = 0; i < count; i++) {
            target[offset + i] = bytes.getFloat(from + i * Float.BYTES);
        }
    }

    /** Adds numbers that {@link #readHalves} reads, each times its factor, which lies at the same place as its target. */
    public void addHalves(
            long index, int first, int count, float[] target, float[] factors, int offset, float[] values) {
        int part = part(index);
        MappedByteBuffer bytes = parts[part];
        int from = (int) (index - firsts[part]) * imageBytes + first * Short.BYTES;
        for (int i = 0; i < count; i++) {
            target[offset + i] += values[bytes.getShort(from + i * Short.BYTES) & 0xffff] * factors[offset + i];
        }
    }

    /** Adds numbers that {@link #readFloats} reads, each times its factor, which lies at the same place as its target. */
    public void addFloats(long index, int first, int count, float[] target, float[] factors, int offset) {
        int part = part(index);
        MappedByteBuffer bytes = parts[part];
        int from = (int) (index - firsts[part]) * imageBytes + first * Float.BYTES;
        for (int i = 0; i < count; i++) {
            target[offset + i] += bytes.getFloat(from + i * Float.BYTES) * factors[offset + i];
        }
    }

    /**
     * Waits until the operating system has one image in memory.
     *
     * @throws IndexOutOfBoundsException if there is no such image
     */
    public void load(long index) {
        int part = part(index);
        parts[part].slice((int) (index - firsts[part]) * imageBytes, imageBytes).load();
    }

    private int part(long index) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException("image " + index + " of " + count);
        }
        int found = Arrays.binarySearch(firsts, index);
        return found >= 0 ? found : -found - 2;
    }
}
