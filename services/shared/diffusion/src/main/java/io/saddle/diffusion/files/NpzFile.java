package io.saddle.diffusion.files;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Named arrays as {@code numpy.savez} and {@code savez_compressed} write them: a zip of {@code NAME.npy}. An array is read when
 * it is asked for. (DJL reads such files, too, but not Fortran order, and its errors name
 * neither file nor array.)
 */
public final class NpzFile implements AutoCloseable {
    private static final String SUFFIX = ".npy";
    private static final long FIXED_TIME = 315_532_800_000L;

    private final Path file;
    private final ZipFile zip;

    private NpzFile(Path file, ZipFile zip) {
        this.file = file;
        this.zip = zip;
    }

    /**
     * @throws IOException if there is no such file or it is no zip archive
     */
    public static NpzFile open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(file + ": no such file");
        }
        try {
            return new NpzFile(file, new ZipFile(file.toFile()));
        } catch (ZipException e) {
            throw new IOException(file + ": no .npz file (a zip of arrays), or a damaged one: " + e.getMessage(), e);
        }
    }

    /** Writes arrays as {@code numpy.savez} does, without compression; an existing file is overwritten. */
    public static void write(Path file, Map<String, NpyArray> arrays) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            for (Map.Entry<String, NpyArray> array : arrays.entrySet()) {
                byte[] content = array.getValue().toBytes();
                CRC32 checksum = new CRC32();
                checksum.update(content);
                ZipEntry entry = new ZipEntry(array.getKey() + SUFFIX);
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(content.length);
                entry.setCrc(checksum.getValue());
                entry.setTime(FIXED_TIME);
                out.putNextEntry(entry);
                out.write(content);
                out.closeEntry();
            }
        }
    }

    /** The names of the arrays. */
    public List<String> names() {
        return zip.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.endsWith(SUFFIX))
                .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                .toList();
    }

    /**
     * An array; empty if there is none of this name.
     *
     * @throws IOException naming file and array if it cannot be read
     */
    public Optional<NpyArray> find(String name) throws IOException {
        ZipEntry entry = zip.getEntry(name + SUFFIX);
        if (entry == null) {
            return Optional.empty();
        }
        String place = file + ": array " + name;
        try (CheckedInputStream in =
                new CheckedInputStream(new BufferedInputStream(zip.getInputStream(entry), 1 << 16), new CRC32())) {
            NpyArray array = NpyArray.read(place, in, entry.getSize());
            // ZipFile looks at neither.
            if (in.read() >= 0 || in.getChecksum().getValue() != entry.getCrc()) {
                throw new ZipException("its content is not what its check sum is of");
            }
            return Optional.of(array);
        } catch (ZipException e) {
            throw new IOException(place + ": it is damaged, fetch it again: " + e.getMessage(), e);
        }
    }

    /**
     * An array.
     *
     * @throws IOException as {@link #find}, and if there is none of this name, naming those that there are
     */
    public NpyArray get(String name) throws IOException {
        return find(name).orElseThrow(() -> new IOException(file + ": no array " + name + "; there are " + names()));
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
