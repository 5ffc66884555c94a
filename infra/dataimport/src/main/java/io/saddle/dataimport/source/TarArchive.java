package io.saddle.dataimport.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** A TAR, packed or not, file by file. What goes wrong while it is read is the archive's fault, and a {@link SourceException} that names it. */
final class TarArchive implements AutoCloseable {

    /** Of zeros behind an archive's end: more than any program writes. */
    private static final int MOST_PADDING = 16 << 20;

    private final Path path;
    private final InputStream unpacked;
    private final WholeTar tar;

    private TarArchive(Path path, InputStream unpacked, WholeTar tar) {
        this.path = path;
        this.unpacked = unpacked;
        this.tar = tar;
    }

    /** Opens it; it must be closed. */
    static TarArchive open(Path path) throws IOException {
        InputStream file = SourceFile.open(path);
        try {
            InputStream unpacked = reading(path, () -> RawSource.unpacked(file));
            return new TarArchive(path, unpacked, reading(path, () -> new WholeTar(unpacked)));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Tells an archive's end from that of a file that was cut off between two entries, which are alike to its parent. */
    private static final class WholeTar extends TarArchiveInputStream {
        private boolean ended;

        WholeTar(InputStream in) {
            super(in);
        }

        @Override
        protected boolean isEOFRecord(byte[] record) {
            boolean end = super.isEOFRecord(record);
            ended |= end && record != null && record.length == getRecordSize();
            return end;
        }
    }

    /** Something that reads the archive. */
    @FunctionalInterface
    private interface Reading<T> {
        T read() throws IOException;
    }

    /** Says of what goes wrong that it is the archive's fault: whoever takes the pictures has faults of its own, and so has the disk. */
    private static <T> T reading(Path archive, Reading<T> reading) throws IOException {
        try {
            return reading.read();
        } catch (SourceException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            SourceAwayException.letThrough(e);
            throw new SourceException(archive + " is no TAR, damaged or cut off: " + e.getMessage(), e);
        }
    }

    /** The name of the next file that is looked into; null at the end. */
    String next() throws IOException {
        TarArchiveEntry entry;
        String name;
        do {
            entry = reading(path, tar::getNextEntry);
            if (entry == null) {
                return null;
            }
            name = SafeNames.slashed(entry.getName()).replaceFirst("^(\\./)+", "");
            if (!entry.isDirectory()) {
                SafeNames.check(path.toString(), name);
            }
            if (isSpecial(entry)) {
                throw new SourceException(
                        path + ": '" + name + "' is a link or a device, or a file with holes: refused");
            }
        } while (entry.isDirectory() || SafeNames.isHidden(name));
        return name;
    }

    private static boolean isSpecial(TarArchiveEntry entry) {
        return entry.isSymbolicLink()
                || entry.isLink()
                || entry.isCharacterDevice()
                || entry.isBlockDevice()
                || entry.isFIFO()
                // 8 GiB of nothing each, and passed over by being read.
                || entry.isSparse();
    }

    /** What the file has that {@link #next} has named last. */
    byte[] content(String name) throws IOException {
        return reading(path, () -> SafeNames.bounded(path.toString(), name, tar, SafeNames.NO_PICTURE));
    }

    /** As {@link #content}, in UTF-8. */
    String text(String name) throws IOException {
        return Utf8.decode(path + ": " + name, content(name)).strip();
    }

    /**
     * Reads to the end of the file: a packed archive's check sum is looked at there, behind some zeros.
     *
     * @throws SourceException if it is cut off, or goes on
     */
    void requireEnd() throws IOException {
        if (!tar.ended) {
            throw new SourceException(path + " is cut off: it has no mark at its end");
        }
        byte[] rest = reading(path, () -> unpacked.readNBytes(MOST_PADDING + 1));
        if (rest.length > MOST_PADDING) {
            throw new SourceException(path + " goes on behind its end: an archive behind another one is not read");
        }
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }
}
