package io.saddle.artifact.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/** How a request's body goes out, by what is read of it: a client reads on once the connection has taken what it read before. Thread-safe. */
final class BodyProgress {

    private final LongSupplier nanos;
    private volatile long lastNanos;
    private volatile boolean isOut;

    /** @param nanos a clock that nobody sets */
    BodyProgress(LongSupplier nanos) {
        this.nanos = nanos;
        this.lastNanos = nanos.getAsLong();
    }

    /** True if a part of it is still here, and nothing of it was read for so long. */
    boolean standsFor(Duration silence) {
        return !isOut && nanos.getAsLong() - lastNanos >= silence.toNanos();
    }

    private int read(int bytes) {
        lastNanos = nanos.getAsLong();
        isOut = bytes < 0;
        return bytes;
    }

    /** The body from its beginning. */
    InputStream of(InputStream body) {
        read(0);
        return new FilterInputStream(body) {
            @Override
            public int read() throws IOException {
                return BodyProgress.this.read(in.read());
            }

            @Override
            public int read(byte[] to, int offset, int length) throws IOException {
                return BodyProgress.this.read(in.read(to, offset, length));
            }
        };
    }
}
