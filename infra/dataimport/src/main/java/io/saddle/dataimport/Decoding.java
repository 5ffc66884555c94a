package io.saddle.dataimport;

import io.saddle.dataimport.picture.Fit;
import io.saddle.dataimport.picture.Picture;
import io.saddle.dataimport.picture.PictureDecoder;
import io.saddle.dataimport.picture.UnreadablePictureException;
import io.saddle.dataimport.source.SourceException;
import io.saddle.dataimport.source.SourcePicture;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Decodes pictures on several threads and hands them on in the order in which they came. */
final class Decoding implements Closeable {

    /** Pictures under way for each thread: few, since each may be large. */
    private static final int AHEAD = 8;

    /** Takes what was decoded, in order. */
    interface Sink {
        void good(SourcePicture picture, Picture fitted) throws IOException;

        void bad(SourcePicture picture, String reason) throws IOException;
    }

    private record Pending(SourcePicture picture, Future<Picture> fitted) {}

    private final PictureDecoder decoder;
    private final Fit fit;
    private final boolean isGreyUnasked;
    private final PictureMemory memory;
    private final Sink sink;
    private final int most;
    private final ExecutorService threads;
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();

    /**
     * @param isGreyUnasked whether the images are grey because the first pictures are, and not because somebody said so
     * @param memory for what is decoded at once
     */
    Decoding(PictureDecoder decoder, Fit fit, boolean isGreyUnasked, int threads, PictureMemory memory, Sink sink) {
        this.decoder = decoder;
        this.fit = fit;
        this.isGreyUnasked = isGreyUnasked;
        this.memory = memory;
        this.sink = sink;
        most = AHEAD * threads;
        this.threads = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "decode");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Begins with a picture; waits while many are under way. */
    boolean take(SourcePicture picture) throws IOException {
        if (pending.size() == most) {
            handOn();
        }
        pending.add(new Pending(picture, threads.submit(() -> fitted(picture))));
        return true;
    }

    private Picture fitted(SourcePicture picture) throws IOException {
        try (PictureMemory.Claim claim = memory.claim()) {
            return fitted(picture, new PictureDecoder(decoder.background(), claim::take));
        }
    }

    private Picture fitted(SourcePicture picture, PictureDecoder patient) throws IOException {
        Picture decoded = picture.content().decode(patient);
        if (isGreyUnasked && decoded.channels() > fit.channels()) {
            throw new SourceException(
                    picture.name()
                            + " has colours, the first pictures have none: say which the images are to have (--channels 3, or 1)");
        }
        if (!fit.takes(decoded)) {
            throw new SourceException(picture.name() + " is " + decoded.width() + "x" + decoded.height()
                    + ", the pictures before it are " + fit.width() + "x" + fit.height()
                    + ": say which size the images are to have (--size)");
        }
        return fit.apply(decoded);
    }

    /** Waits for all that are under way. */
    void finish() throws IOException {
        while (!pending.isEmpty()) {
            handOn();
        }
    }

    private void handOn() throws IOException {
        Pending next = pending.remove();
        Picture fitted;
        try {
            fitted = next.fitted().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the import was interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnreadablePictureException unreadable) {
                sink.bad(next.picture(), unreadable.getMessage());
                return;
            }
            if (e.getCause() instanceof IOException ended) {
                throw ended;
            }
            if (e.getCause() instanceof OutOfMemoryError) {
                throw new IllegalStateException(
                        next.picture().name() + " is too large for the memory that there is ("
                                + (Runtime.getRuntime().maxMemory() >> 20)
                                + " MiB): give Java more (JAVA_TOOL_OPTIONS=-Xmx4g) and start again, which goes on here",
                        e.getCause());
            }
            throw new IllegalStateException(next.picture().name() + ": " + e.getCause(), e.getCause());
        }
        sink.good(next.picture(), fitted);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
