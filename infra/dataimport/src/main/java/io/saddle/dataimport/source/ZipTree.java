package io.saddle.dataimport.source;

import io.saddle.dataimport.picture.UnreadablePictureException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The files of a ZIP.
 *
 * @param entries by their paths, which name one each: of two by one name a reader gets the last one twice
 */
record ZipTree(String address, ZipFile zip, SortedMap<String, ZipEntry> entries) implements Tree {

    static ZipTree of(Path file) throws IOException {
        ZipFile zip = open(file);
        try {
            SortedMap<String, ZipEntry> entries = new TreeMap<>();
            for (ZipEntry entry : Collections.list(zip.entries())) {
                String name = SafeNames.slashed(entry.getName());
                if (!name.endsWith("/")) {
                    SafeNames.check(file.toString(), name);
                    if (!SafeNames.isHidden(name) && entries.put(name, entry) != null) {
                        throw SafeNames.twice(file.toString(), name);
                    }
                }
            }
            return new ZipTree(file.toString(), zip, entries);
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    /** Names that are not marked as UTF-8 are of the format's first code page; what writes a ZIP today often means UTF-8 all the same. */
    private static ZipFile open(Path file) throws IOException {
        try {
            return new ZipFile(file.toFile());
        } catch (ZipException | IllegalArgumentException e) {
            try {
                return new ZipFile(file.toFile(), Charset.forName("IBM437"));
            } catch (ZipException | IllegalArgumentException again) {
                throw new SourceException(file + " is no ZIP, or cut off: " + e.getMessage(), e);
            }
        }
    }

    @Override
    public List<String> files() {
        return List.copyOf(entries.keySet());
    }

    @Override
    public byte[] read(String file, String tooLarge) throws IOException {
        ZipEntry entry = entries.get(file);
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] content = SafeNames.bounded(address, file, in, tooLarge);
            requireWhole(entry, content);
            return content;
        } catch (ZipException | EOFException e) {
            throw new UnreadablePictureException("it is damaged in the archive: " + e.getMessage(), e);
        } catch (SourceException | UnreadablePictureException e) {
            throw e;
        } catch (IOException e) {
            throw new SourceAwayException(address, e);
        }
    }

    /** What reads ZIP files for us does not ask. */
    private static void requireWhole(ZipEntry entry, byte[] content) throws UnreadablePictureException {
        CRC32 sum = new CRC32();
        sum.update(content);
        if (content.length != entry.getSize() || sum.getValue() != entry.getCrc()) {
            throw new UnreadablePictureException("it is damaged in the archive: " + content.length
                    + " bytes, whose size or checksum is not that of its header");
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
