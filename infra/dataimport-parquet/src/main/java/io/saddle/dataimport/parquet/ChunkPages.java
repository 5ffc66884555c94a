package io.saddle.dataimport.parquet;

import io.saddle.dataimport.source.SourceAwayException;
import io.saddle.dataimport.source.SourceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;

/** The pages of a column in a row group, one in memory at a time: a row group may be larger than that. */
final class ChunkPages implements PageReader {

    /** What an entry of a dictionary takes beside its bytes. */
    private static final int ENTRY_BYTES = 48;

    /** The most bytes of a page: hundreds of pictures may be in it. */
    private static final int MOST_BYTES = 1 << 30;

    /** The most values of a page: where they are all the same they take no room in the file, but some in memory. */
    private static final int MOST_VALUES = 1 << 24;

    private final String place;
    private final int levelBits;
    private final PageBudget budget;
    private final Compression compression;
    private final ChunkInput input;
    private final DictionaryPage dictionary;
    private boolean begun;
    private PageHeader next;
    private long left;
    private long dictionaryBytes;
    private long pageBytes;

    /**
     * @param place for messages
     * @param level the largest definition level
     */
    ChunkPages(String place, FileChannel channel, ColumnMetaData chunk, int level, PageBudget budget)
            throws IOException {
        this.place = place;
        levelBits = Integer.SIZE - Integer.numberOfLeadingZeros(level);
        this.budget = budget;
        compression = Compression.of(chunk.getCodec());
        if (compression == null) {
            throw new SourceException(place + " is compressed by " + chunk.getCodec()
                    + ", which is not supported: write the file anew with snappy, zstd, gzip or none");
        }
        long start = Footer.start(chunk);
        input = new ChunkInput(place, channel, start, start + chunk.getTotal_compressed_size());
        left = chunk.getNum_values();
        dictionary = dictionary();
        begun = true;
    }

    private DictionaryPage dictionary() throws IOException {
        PageHeader header = peek();
        if (header.getType() != PageType.DICTIONARY_PAGE) {
            return null;
        }
        int entries = header.getDictionary_page_header().getNum_values();
        if (entries < 0 || entries > header.getUncompressed_page_size()) {
            throw damaged(
                    "a dictionary of " + entries + " entries in " + header.getUncompressed_page_size() + " bytes");
        }
        byte[] content = content(header, 0);
        dictionaryBytes = content.length + (long) ENTRY_BYTES * entries;
        exchange(pageBytes, dictionaryBytes);
        pageBytes = 0;
        Encoding encoding = encoding(header.getDictionary_page_header().getEncoding());
        return new DictionaryPage(BytesInput.from(content), entries, encoding);
    }

    /** Leaves out whole pages, unread; returns how many of the values are left that were to be left out. */
    long leaveOut(long values) throws IOException {
        long more = values;
        for (int count = count(peek()); count <= more && more > 0; count = count(peek())) {
            input.leaveOut(next.getCompressed_page_size());
            more -= count;
            left -= count;
            next = null;
        }
        return more;
    }

    @Override
    public DictionaryPage readDictionaryPage() {
        return dictionary;
    }

    @Override
    public long getTotalValueCount() {
        return left;
    }

    @Override
    public DataPage readPage() {
        try {
            PageHeader header = peek();
            left -= count(header);
            return header.getType() == PageType.DATA_PAGE_V2 ? second(header) : first(header);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DataPage first(PageHeader header) throws IOException {
        DataPageHeader data = header.getData_page_header();
        byte[] content = content(header, 0);
        Encoding levels = encoding(data.getDefinition_level_encoding());
        Encoding values = encoding(data.getEncoding());
        int start = 0;
        if (levelBits > 0 && levels == Encoding.RLE) {
            // Their length stands before them.
            long length = content.length < Integer.BYTES
                    ? -1
                    : ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getInt();
            if (length < 0 || length > content.length - Integer.BYTES) {
                throw damaged("levels of " + length + " bytes in a page of " + content.length);
            }
            start = Integer.BYTES + (int) length;
            requireSound(PageContent.soundRuns(content, Integer.BYTES, start, levelBits));
        }
        requireSound(PageContent.soundValues(content, start, values, data.getNum_values()));
        return new DataPageV1(
                BytesInput.from(content),
                data.getNum_values(),
                content.length,
                null,
                encoding(data.getRepetition_level_encoding()),
                levels,
                values);
    }

    /** Its levels are never compressed. */
    private DataPage second(PageHeader header) throws IOException {
        DataPageHeaderV2 data = header.getData_page_header_v2();
        int repetition = data.getRepetition_levels_byte_length();
        int definition = data.getDefinition_levels_byte_length();
        if (repetition < 0
                || definition < 0
                || (long) repetition + definition
                        > Math.min(header.getCompressed_page_size(), header.getUncompressed_page_size())) {
            throw damaged("levels of " + repetition + " and " + definition + " bytes in a page of "
                    + header.getUncompressed_page_size());
        }
        int start = repetition + definition;
        byte[] content = content(header, start);
        Encoding values = encoding(data.getEncoding());
        requireSound(PageContent.soundRuns(content, repetition, start, levelBits));
        requireSound(PageContent.soundValues(content, start, values, data.getNum_values()));
        return DataPageV2.uncompressed(
                data.getNum_rows(),
                data.getNum_nulls(),
                data.getNum_values(),
                BytesInput.from(content, 0, repetition),
                BytesInput.from(content, repetition, definition),
                values,
                BytesInput.from(content, start, content.length - start),
                null);
    }

    private static boolean isData(PageHeader header) {
        return header.getType() == PageType.DATA_PAGE || header.getType() == PageType.DATA_PAGE_V2;
    }

    private static int count(PageHeader header) {
        return header.getType() == PageType.DATA_PAGE_V2
                ? header.getData_page_header_v2().getNum_values()
                : header.getData_page_header().getNum_values();
    }

    /** The header of the next page, which stays the next one until its content is read. */
    private PageHeader peek() throws IOException {
        while (next == null) {
            if (input.left() == 0) {
                throw damaged("its pages end, and " + left + " values are missing");
            }
            PageHeader header;
            try {
                header = Util.readPageHeader(input);
            } catch (IOException | RuntimeException e) {
                SourceAwayException.letThrough(e);
                throw new SourceException(place + " is damaged: the header of a page cannot be read", e);
            }
            check(header);
            if (header.getType() == PageType.INDEX_PAGE || isData(header) && count(header) == 0) {
                input.leaveOut(header.getCompressed_page_size());
            } else {
                next = header;
            }
        }
        return next;
    }

    private void check(PageHeader header) throws SourceException {
        if (header.getCompressed_page_size() < 0
                || header.getUncompressed_page_size() < 0
                || header.getCompressed_page_size() > input.left()) {
            throw damaged("a page of " + header.getCompressed_page_size() + " bytes, unpacked "
                    + header.getUncompressed_page_size() + ", where " + input.left() + " are left");
        }
        if (Math.max(header.getCompressed_page_size(), header.getUncompressed_page_size()) > MOST_BYTES) {
            throw new SourceException(place + ": a page unpacks to " + (header.getUncompressed_page_size() >> 20)
                    + " MiB, at most " + (MOST_BYTES >> 20) + " are taken: write the file with smaller pages");
        }
        boolean complete = header.getType() != null
                && switch (header.getType()) {
                    case DATA_PAGE -> header.isSetData_page_header();
                    case DATA_PAGE_V2 -> header.isSetData_page_header_v2();
                    // One behind the first page has no meaning.
                    case DICTIONARY_PAGE -> header.isSetDictionary_page_header() && !begun;
                    case INDEX_PAGE -> true;
                };
        if (!complete) {
            throw damaged("a page of a kind that is not known there");
        }
        if (isData(header) && (count(header) < 0 || count(header) > Math.min(left, MOST_VALUES))) {
            throw damaged("a page of " + count(header) + " values, where " + left + " are left");
        }
    }

    /** Reads and unpacks a page; so many bytes at its beginning are not compressed. */
    private byte[] content(PageHeader header, int plain) throws IOException {
        boolean packed = !header.isSetData_page_header_v2()
                || !header.getData_page_header_v2().isSetIs_compressed()
                || header.getData_page_header_v2().isIs_compressed();
        Compression used = packed ? compression : Compression.UNCOMPRESSED;
        int size = header.getUncompressed_page_size();
        exchange(pageBytes, (long) header.getCompressed_page_size() + size);
        pageBytes = (long) header.getCompressed_page_size() + size;
        next = null;
        byte[] read = input.readNBytes(header.getCompressed_page_size());
        if (used == Compression.UNCOMPRESSED && read.length == size) {
            return read;
        }
        byte[] rest = unpacked(used, read, plain, size - plain);
        if (plain == 0) {
            return rest;
        }
        byte[] whole = Arrays.copyOf(read, size);
        System.arraycopy(rest, 0, whole, plain, rest.length);
        return whole;
    }

    private byte[] unpacked(Compression used, byte[] page, int from, int size) throws IOException {
        if (size == 0 && page.length == from) {
            return new byte[0];
        }
        byte[] unpacked;
        try {
            unpacked = used.unpacked(page, from, size);
        } catch (IOException | RuntimeException e) {
            throw new SourceException(place + " is damaged: a page cannot be unpacked", e);
        }
        if (unpacked == null) {
            throw damaged("a page does not unpack to the " + size + " bytes that are promised");
        }
        return unpacked;
    }

    private void exchange(long old, long now) throws SourceException {
        if (!budget.exchange(old, now)) {
            throw new SourceException(place + ": a page takes " + (now >> 20) + " MiB, all columns together may take "
                    + budget.inWords() + ": write the file with smaller pages, or give Java more memory");
        }
    }

    private void requireSound(boolean sound) throws SourceException {
        if (!sound) {
            throw damaged("a page has runs that are longer than the page");
        }
    }

    private Encoding encoding(org.apache.parquet.format.Encoding encoding) throws SourceException {
        if (encoding == null) {
            throw damaged("a page in an encoding that is not known");
        }
        return Encoding.valueOf(encoding.name());
    }

    private SourceException damaged(String how) {
        return new SourceException(place + " is damaged: " + how);
    }

    /** Gives its memory back. */
    void close() {
        budget.exchange(pageBytes + dictionaryBytes, 0);
    }
}
