package io.saddle.service;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Marks of what this process has in hand, as files that outlive it: what was in hand when it ended without a word, and again when
 * the next one did, may well be what ends it, such as by its size. That is refused for a while, so that the rest goes on. One thread.
 */
final class UnfinishedWork {

    private final Path folder;
    private final Clock clock;

    /** @param folder of the marks, this service's own */
    UnfinishedWork(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /**
     * Marks a piece of work as in hand; durable when this returns.
     *
     * @param name of the piece, fit for a file
     * @throws IOException if it has ended processes, and is refused yet; the message says how often
     */
    void begin(String name) throws IOException {
        Path mark = folder.resolve(name);
        ProcessDeaths deaths = new ProcessDeaths(begun(mark));
        Optional<Duration> rest = deaths.rest();
        if (rest.isPresent()) {
            Instant until = Files.getLastModifiedTime(mark).toInstant().plus(rest.get());
            if (clock.instant().isBefore(until)) {
                throw new IOException("it was in hand " + deaths.count()
                        + " times when this service ended without a word (killed for want of memory?); it is set aside"
                        + " until " + until);
            }
        }
        write(mark, deaths.another().count());
    }

    /** Takes the mark away: the work is done, or has failed in a way that ended nothing. */
    void end(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
    }

    /** What cannot be read as a number was cut off in its first writing. */
    private static int begun(Path mark) throws IOException {
        if (!Files.exists(mark)) {
            return 0;
        }
        String text = Files.readString(mark);
        return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 1;
    }

    private void write(Path mark, int begun) throws IOException {
        Files.createDirectories(folder);
        try (FileChannel channel = FileChannel.open(
                mark, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(ByteBuffer.wrap(Integer.toString(begun).getBytes(StandardCharsets.US_ASCII)));
            channel.force(true);
        }
        Files.setLastModifiedTime(mark, FileTime.from(clock.instant()));
    }
}
