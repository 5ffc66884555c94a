package io.saddle.dataimport.parquet;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.format.CompressionCodec;
import org.xerial.snappy.Snappy;

/** How pages are compressed. */
enum Compression {
    UNCOMPRESSED {
        @Override
        byte[] unpacked(byte[] page, int from, int size) {
            return page.length - from == size ? Arrays.copyOfRange(page, from, page.length) : null;
        }
    },
    SNAPPY {
        @Override
        byte[] unpacked(byte[] page, int from, int size) throws IOException {
            int length = page.length - from;
            // The size is looked at before memory is taken.
            if (Snappy.uncompressedLength(page, from, length) != size) {
                return null;
            }
            byte[] unpacked = new byte[size];
            return Snappy.uncompress(page, from, length, unpacked, 0) == size ? unpacked : null;
        }
    },
    GZIP {
        @Override
        byte[] unpacked(byte[] page, int from, int size) throws IOException {
            try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(page, from, page.length - from))) {
                byte[] unpacked = in.readNBytes(size);
                return unpacked.length == size && in.read() < 0 ? unpacked : null;
            }
        }
    },
    ZSTD {
        @Override
        byte[] unpacked(byte[] page, int from, int size) {
            // Zero or less: it is not said, or there are several frames.
            long said = Zstd.getFrameContentSize(page, from, page.length - from);
            if (said > size) {
                return null;
            }
            byte[] unpacked = new byte[size];
            long written = Zstd.decompressByteArray(unpacked, 0, size, page, from, page.length - from);
            return written == size ? unpacked : null;
        }
    };

    /** Null for one that is not read here. */
    static Compression of(CompressionCodec codec) {
        for (Compression known : values()) {
            if (codec != null && known.name().equals(codec.name())) {
                return known;
            }
        }
        return null;
    }

    /**
     * Unpacks the end of a page.
     *
     * @param from where what is compressed begins
     * @param size what it is said to unpack to
     * @return null if it does not
     */
    abstract byte[] unpacked(byte[] page, int from, int size) throws IOException;
}
