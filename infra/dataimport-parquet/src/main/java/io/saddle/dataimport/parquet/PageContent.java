package io.saddle.dataimport.parquet;

import org.apache.parquet.column.Encoding;

/**
 * The bytes of a page, looked through before the library decodes them: it takes memory for as many numbers as a run claims to have,
 * whatever is there.
 */
final class PageContent {

    /** Groups of eight numbers that may be missing at the end of a run: some writers leave its last bytes out. */
    private static final int LEFT_OUT = 64;

    /** The most groups of a run whose numbers take no bits. */
    private static final int MOST_EMPTY = 1 << 20;

    private static final int MOST_BLOCK = 1 << 16;
    private static final int MOST_BITS = 32;

    private final byte[] bytes;
    private int at;

    private PageContent(byte[] bytes, int from) {
        this.bytes = bytes;
        at = from;
    }

    /**
     * Whether levels of a page are sound: runs between two places.
     *
     * @param width bits of a number, as the page may say it itself
     */
    static boolean soundRuns(byte[] bytes, int from, int to, int width) {
        if (width < 0 || width > MOST_BITS) {
            return false;
        }
        PageContent content = new PageContent(bytes, from);
        while (content.at < to) {
            long header = content.number(to);
            long groups = header >>> 1;
            long left = to - content.at;
            if (header < 0 || (header & 1) == 1 && groups > (width == 0 ? MOST_EMPTY : left + LEFT_OUT)) {
                return false;
            }
            content.at += (int) Math.min(left, (header & 1) == 1 ? groups * width : (width + 7) / 8);
        }
        return true;
    }

    /**
     * Whether the values of a page are sound, as far as memory goes.
     *
     * @param from where they begin
     * @param count of the page, nulls among them
     */
    static boolean soundValues(byte[] bytes, int from, Encoding encoding, int count) {
        if (encoding.usesDictionary()) {
            return from == bytes.length || soundRuns(bytes, from + 1, bytes.length, bytes[from]);
        }
        return switch (encoding) {
            case DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY -> {
                PageContent content = new PageContent(bytes, from);
                long block = content.number(bytes.length);
                long miniatures = content.number(bytes.length);
                long values = content.number(bytes.length);
                yield block > 0
                        && block <= MOST_BLOCK
                        && miniatures > 0
                        && miniatures <= block
                        && values >= 0
                        && values <= count;
            }
            case RLE -> from + 4 > bytes.length || soundRuns(bytes, from + 4, bytes.length, 1);
            default -> true;
        };
    }

    /** A number of seven bits a byte; -1 if it has no end or is too large. */
    private long number(int to) {
        long number = 0;
        for (int shift = 0; shift < 35 && at < to; shift += 7) {
            byte next = bytes[at++];
            number |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return number <= Integer.MAX_VALUE * 2L + 1 ? number : -1;
            }
        }
        return -1;
    }
}
