package io.saddle.artifact.s3;

import io.saddle.artifact.ArtifactException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/**
 * Further calls for a request of a transfer, each of which the SDK tries three times: what has come or gone of a large file is not thrown
 * away since a server turns away many requests, or is away for a moment.
 *
 * @param patience how long a server may be away
 */
record S3Insistence(S3Patience patience) {

    private static final int BUSY_CALLS = 5;
    /** Half a second, then twice as long each time. */
    private static final int FIRST_PAUSES = 16;

    /** A call of the server. */
    @FunctionalInterface
    interface Call<T> {
        T answer() throws IOException;
    }

    /** @throws ArtifactException of the last call, or of the first that another one is of no use after */
    <T> T on(Call<T> call) throws IOException {
        Duration pause = patience.answer().dividedBy(FIRST_PAUSES);
        long awaySince = 0;
        for (int calls = 1; ; calls++) {
            try {
                return call.answer();
            } catch (ArtifactException e) {
                boolean isAway = S3Failures.isAway(e.getCause());
                long now = System.nanoTime();
                if (isAway && awaySince == 0) {
                    awaySince = now;
                }
                boolean another = isAway
                        ? now - awaySince < patience.absence().toNanos()
                        : S3Failures.isBusy(e.getCause()) && calls < BUSY_CALLS;
                if (!another) {
                    throw e;
                }
            }
            rest(pause);
            pause = shorter(pause.multipliedBy(2), patience.answer());
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static void rest(Duration pause) throws InterruptedIOException {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("a transfer was interrupted");
        }
    }
}
