package io.saddle.cli.track;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * TensorFlow's TFRecord framing: length (8 bytes), its check sum (4), data, the data's check sum (4), all little-endian. A check
 * sum is the CRC-32C {@code c}, masked: {@code rotateRight(c, 15) + 0xa282ead8}.
 */
final class TfRecords {

    private static final int MASK = 0xa282ead8;
    private static final int HEADER = Long.BYTES + Integer.BYTES;

    /** The reader of a record's data. */
    @FunctionalInterface
    interface Taker {
        /** @throws IOException if it is none that was meant to be there */
        void take(byte[] data) throws IOException;
    }

    private TfRecords() {}

    static byte[] frame(byte[] data) {
        ByteBuffer frame = little(HEADER + data.length + Integer.BYTES);
        frame.putLong(data.length);
        frame.putInt(maskedCrc(frame.array(), Long.BYTES));
        frame.put(data);
        frame.putInt(maskedCrc(data, data.length));
        return frame.array();
    }

    /** Hands over records up to the first that is torn or damaged: like TensorBoard, which reads no further. */
    static void read(InputStream in, Taker taker) throws IOException {
        while (true) {
            byte[] header = in.readNBytes(HEADER);
            if (header.length < HEADER) {
                return;
            }
            ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
            long length = fields.getLong();
            if (fields.getInt() != maskedCrc(header, Long.BYTES) || length < 0 || length > Integer.MAX_VALUE) {
                return;
            }
            byte[] data = in.readNBytes((int) length);
            byte[] crc = in.readNBytes(Integer.BYTES);
            if (crc.length < Integer.BYTES
                    || ByteBuffer.wrap(crc).order(ByteOrder.LITTLE_ENDIAN).getInt() != maskedCrc(data, data.length)) {
                return;
            }
            taker.take(data);
        }
    }

    private static int maskedCrc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
