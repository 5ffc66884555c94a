package io.saddle.cli.connection;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** The lines of an answer that has no end. The JDK's client waits for the next one for ever, whatever its timeout. */
final class EndlessLines {

    private EndlessLines() {}

    /**
     * The lines as they come; closing them closes the answer.
     *
     * @param silence after which reading on fails with an {@link UncheckedIOException}
     */
    static Stream<String> of(InputStream answer, Duration silence) {
        AtomicLong heardNanos = new AtomicLong(System.nanoTime());
        ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "silence");
            thread.setDaemon(true);
            return thread;
        });
        long every = Math.max(1, silence.toMillis() / 4);
        watch.scheduleWithFixedDelay(
                () -> {
                    if (System.nanoTime() - heardNanos.get() > silence.toNanos()) {
                        close(answer);
                    }
                },
                every,
                every,
                TimeUnit.MILLISECONDS);
        return new BufferedReader(new InputStreamReader(answer, StandardCharsets.UTF_8))
                .lines()
                .peek(line -> heardNanos.set(System.nanoTime()))
                .onClose(() -> {
                    watch.shutdownNow();
                    // Not the reader: it is locked by whoever waits in it.
                    close(answer);
                });
    }

    private static void close(InputStream answer) {
        try {
            answer.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
