package io.saddle.dataimport.parquet;

import io.saddle.dataimport.source.SourceAwayException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A part of a file; several can be read from one channel, since each has a place of its own. */
final class ChunkInput extends InputStream {

    private static final int BUFFER = 1 << 13;

    private final Object place;
    private final FileChannel channel;
    private final long end;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).limit(0);
    private long filled;

    /**
     * @param place for messages
     * @param end the first byte that does not belong to it
     */
    ChunkInput(Object place, FileChannel channel, long start, long end) {
        this.place = place;
        this.channel = channel;
        this.end = end;
        filled = start;
    }

    /** Number of bytes that are left. */
    long left() {
        return end - filled + buffer.remaining();
    }

    /** Leaves bytes out: no more than are left. */
    void leaveOut(int bytes) {
        int buffered = Math.min(bytes, buffer.remaining());
        buffer.position(buffer.position() + buffered);
        filled += bytes - buffered;
    }

    @Override
    public int read() throws IOException {
        return fill() ? buffer.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!buffer.hasRemaining() && length >= BUFFER && filled < end) {
            int wanted = (int) Math.min(length, end - filled);
            return transfer(ByteBuffer.wrap(bytes, offset, wanted));
        }
        if (!fill()) {
            return -1;
        }
        int read = Math.min(length, buffer.remaining());
        buffer.get(bytes, offset, read);
        return read;
    }

    private boolean fill() throws IOException {
        if (!buffer.hasRemaining() && filled < end) {
            buffer.clear().limit((int) Math.min(BUFFER, end - filled));
            transfer(buffer);
            buffer.flip();
        }
        return buffer.hasRemaining();
    }

    private int transfer(ByteBuffer target) throws IOException {
        int read;
        try {
            read = channel.read(target, filled);
        } catch (IOException e) {
            throw new SourceAwayException(place, e);
        }
        if (read < 0) {
            throw new EOFException("the file ends at " + filled + ", " + end + " is promised");
        }
        filled += read;
        return read;
    }
}
