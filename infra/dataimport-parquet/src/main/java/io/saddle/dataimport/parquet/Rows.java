package io.saddle.dataimport.parquet;

import io.saddle.dataimport.picture.UnreadablePictureException;
import io.saddle.dataimport.source.SourceAwayException;
import io.saddle.dataimport.source.SourceException;
import io.saddle.dataimport.source.SourcePicture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReaderImpl;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;

/** The rows of a row group. */
final class Rows {

    /** The most bytes of a picture. */
    static final int MOST_BYTES = 64 << 20;

    /** How the JVM refuses an array that is longer than any. */
    private static final String BEYOND_ANY_MEMORY = "exceeds VM limit";

    /** Values are taken from the columns, not pushed into records. */
    private static final PrimitiveConverter NONE = new PrimitiveConverter() {};

    /**
     * A column under way.
     *
     * @param text null for the pictures
     */
    private record Column(Leaf leaf, ChunkPages pages, ColumnReader reader, ValueText text) {

        boolean hasValue() {
            return reader.getCurrentDefinitionLevel() == leaf.level();
        }
    }

    private final ParquetFile file;
    private final List<Column> columns = new ArrayList<>();
    private long row;

    private Rows(ParquetFile file, long row) {
        this.file = file;
        this.row = row;
    }

    /**
     * Begins in a row group.
     *
     * @param first number of its rows that are left out
     * @param row number in the file of the first row that is not
     */
    static Rows open(ParquetFile file, FileChannel channel, RowGroup group, long first, long row, PageBudget budget)
            throws IOException {
        Rows rows = new Rows(file, row);
        for (Leaf leaf : file.columns().leaves()) {
            String place = file.path() + ", column " + leaf.name();
            try {
                ColumnMetaData chunk = group.getColumns().get(leaf.index()).getMeta_data();
                ChunkPages pages = new ChunkPages(place, channel, chunk, leaf.level(), budget);
                long more = pages.leaveOut(first);
                ColumnReader reader = new ColumnReaderImpl(leaf.descriptor(), pages, NONE, file.writer());
                Column column =
                        new Column(leaf, pages, reader, file.columns().values().get(leaf));
                for (; more > 0; more--) {
                    if (column.hasValue()) {
                        reader.skip();
                    }
                    reader.consume();
                }
                rows.columns.add(column);
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                throw refusal(place + ", row " + row, e);
            }
        }
        return rows;
    }

    /** The next row: there has to be one. */
    SourcePicture next() throws IOException {
        SourcePicture.Content content = null;
        Map<String, String> values = new LinkedHashMap<>();
        for (Column column : columns) {
            String place = file.path() + ", column " + column.leaf().name() + ", row " + row;
            try {
                if (column.text() == null) {
                    content = content(place, column);
                } else if (column.hasValue()) {
                    String text = column.text().of(column.reader(), place);
                    if (text != null) {
                        values.put(column.leaf().top(), text);
                    }
                }
                column.reader().consume();
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                throw refusal(place, e);
            }
        }
        return new SourcePicture(file.path().getFileName() + ", row " + row++, content, values);
    }

    private static SourcePicture.Content content(String place, Column column) throws SourceException {
        if (!column.hasValue()) {
            return decoder -> {
                throw new UnreadablePictureException("no picture in this row");
            };
        }
        Binary binary = column.reader().getBinary();
        if (binary.length() > MOST_BYTES) {
            throw new SourceException(place + ": " + (binary.length() >> 20) + " MiB, more than " + (MOST_BYTES >> 20)
                    + ", which no picture has: refused");
        }
        // A copy, so that a picture that waits to be decoded does not keep its page.
        byte[] encoded = binary.getBytes();
        return decoder -> decoder.decode(encoded);
    }

    /**
     * The library has many ways to say that a file is damaged: one of them is to take as much memory as it is told to. Pages are of a
     * size that was looked at, and a sound file may still need more than there is. Which of the two it was is only known of an array that
     * no memory would be enough for.
     */
    static IOException refusal(String place, Throwable e) throws SourceAwayException {
        SourceAwayException.letThrough(e);
        if (e instanceof SourceException known) {
            return known;
        }
        if (e instanceof UncheckedIOException wrapped && wrapped.getCause() instanceof SourceException known) {
            return known;
        }
        if (e instanceof OutOfMemoryError && !String.valueOf(e.getMessage()).contains(BEYOND_ANY_MEMORY)) {
            return new IOException(
                    place + ": its values are too large for the memory that there is ("
                            + (Runtime.getRuntime().maxMemory() >> 20)
                            + " MiB): give Java more (JAVA_TOOL_OPTIONS=-Xmx4g) and start again, which goes on here; if it has"
                            + " enough, the file is damaged: fetch the file again",
                    e);
        }
        return new SourceException(place + ": damaged or cut off: its values cannot be read; fetch the file again", e);
    }

    /** Gives memory back. */
    void close() {
        columns.forEach(column -> column.pages().close());
    }
}
