package io.saddle.dataimport.parquet;

import io.saddle.dataimport.source.SourceException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;

/** What a Parquet file says about itself at its end: nothing of it is believed that does not fit the file. */
final class Footer {

    /** The most bytes of a footer; those of real files have some thousand for each row group. */
    private static final int MOST_BYTES = 16 << 20;

    /** Length and magic bytes behind the footer. */
    private static final int TAIL = 8;

    private static final int MAGIC = 4;

    private Footer() {}

    /** @throws SourceException if it is cut off or damaged */
    static FileMetaData read(Path path, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < MAGIC + TAIL) {
            throw new SourceException(path + " is cut off: it has " + size + " bytes");
        }
        ByteBuffer tail =
                ByteBuffer.wrap(bytes(path, channel, size - TAIL, TAIL)).order(ByteOrder.LITTLE_ENDIAN);
        int length = tail.getInt();
        String magic = StandardCharsets.ISO_8859_1.decode(tail).toString();
        if (magic.equals("PARE")) {
            throw new SourceException(path + " is encrypted, which is not supported: write it anew without");
        }
        if (!magic.equals("PAR1")) {
            throw new SourceException(path + " is cut off: Parquet's footer is missing at its end; fetch it again");
        }
        if (length < 1 || length > size - MAGIC - TAIL) {
            throw new SourceException(path + " is damaged: a footer of " + (length & 0xffffffffL)
                    + " bytes is promised in a file of " + size);
        }
        if (length > MOST_BYTES) {
            throw new SourceException(path + ": its footer has " + (length >> 20) + " MiB, more than "
                    + (MOST_BYTES >> 20) + ": write it with larger row groups or fewer columns");
        }
        byte[] footer = bytes(path, channel, size - TAIL - length, length);
        try {
            return Util.readFileMetaData(new ByteArrayInputStream(footer));
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            // Lists are made as long as they claim to be, before their elements are read.
            throw new SourceException(path + " is damaged: its footer cannot be read; fetch it again", e);
        }
    }

    private static byte[] bytes(Path path, FileChannel channel, long position, int count) throws IOException {
        return new ChunkInput(path, channel, position, position + count).readNBytes(count);
    }

    /** @throws SourceException if row groups do not fit the file, or each other */
    static void check(Path path, long size, FileMetaData footer, List<Leaf> leaves) throws SourceException {
        long rows = 0;
        for (int i = 0; i < footer.getRow_groups().size(); i++) {
            RowGroup group = footer.getRow_groups().get(i);
            String place = path + " is damaged: row group " + i;
            if (group.getNum_rows() < 0 || group.getNum_rows() > footer.getNum_rows() - rows) {
                throw new SourceException(place + " claims " + group.getNum_rows() + " of the " + footer.getNum_rows()
                        + " rows of the file");
            }
            rows += group.getNum_rows();
            if (group.getColumns().size() != leaves.size()) {
                throw new SourceException(
                        place + " has " + group.getColumns().size() + " columns, the file has " + leaves.size());
            }
            // Of one without rows nothing is read.
            for (Leaf leaf : group.getNum_rows() == 0 ? List.<Leaf>of() : leaves) {
                check(place, size, group, leaf);
            }
        }
        if (rows != footer.getNum_rows()) {
            throw new SourceException(path + " is damaged: its row groups have " + rows + " rows, "
                    + footer.getNum_rows() + " are claimed");
        }
    }

    private static void check(String place, long size, RowGroup group, Leaf leaf) throws SourceException {
        ColumnChunk chunk = group.getColumns().get(leaf.index());
        ColumnMetaData data = chunk.getMeta_data();
        if (data == null || chunk.getFile_path() != null) {
            throw new SourceException(
                    place + ", column " + leaf.name() + ": its pages are encrypted or in another file");
        }
        if (!data.getPath_in_schema().equals(leaf.path())
                || data.getType() != leaf.element().getType()) {
            throw new SourceException(place + ", column " + leaf.name() + ": another one is in its place");
        }
        long start = start(data);
        if (start < MAGIC
                || data.getTotal_compressed_size() < 0
                || data.getTotal_compressed_size() > size - TAIL - start) {
            throw new SourceException(place + ", column " + leaf.name() + ": " + data.getTotal_compressed_size()
                    + " bytes from " + start + " on are promised in a file of " + size + " bytes");
        }
        if (!leaf.repeated() && data.getNum_values() != group.getNum_rows()) {
            throw new SourceException(place + ", column " + leaf.name() + ": " + data.getNum_values() + " values for "
                    + group.getNum_rows() + " rows");
        }
    }

    /** Where the pages of a column begin. */
    static long start(ColumnMetaData data) {
        long pages = data.getData_page_offset();
        // Some writers leave zero where there is no dictionary.
        return data.isSetDictionary_page_offset() && data.getDictionary_page_offset() > 0
                ? Math.min(pages, data.getDictionary_page_offset())
                : pages;
    }
}
