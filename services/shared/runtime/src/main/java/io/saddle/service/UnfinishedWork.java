package io.saddle.service;

import io.saddle.artifact.DurableFiles;
import io.saddle.kafka.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks of what this process has in hand, as files that outlive it: what was in hand when it ended without a word, and again when
 * the next one did, may well be what ends it, such as by its size. That is refused for a while, so that the rest goes on. Thread-safe.
 */
final class UnfinishedWork {

    private static final Logger LOG = LoggerFactory.getLogger(UnfinishedWork.class);

    private final Path folder;
    private final Clock clock;
    private final Set<String> inHand = new HashSet<>();
    private boolean ended;
    private boolean isToldOf;

    /** @param folder of the marks, of nobody who may have the same work in hand at the same time */
    UnfinishedWork(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /**
     * Marks a piece of work as in hand; durable when this returns. Where there is no room for a mark the work goes on without: what it guards
     * against is rare, and a small disk is not to stop every run.
     *
     * @param name of the piece, fit for a file
     * @throws RefusedException if it has ended processes, and is refused yet; the message says how often
     * @throws IOException if the mark cannot be read
     */
    synchronized void begin(String name) throws IOException {
        if (ended) {
            return;
        }
        Path mark = folder.resolve(name);
        ProcessDeaths deaths = new ProcessDeaths(begun(mark));
        Optional<Duration> rest = deaths.rest();
        if (rest.isPresent()) {
            Instant until = Files.getLastModifiedTime(mark).toInstant().plus(rest.get());
            if (ProcessDeaths.isSetAside(until, clock.instant())) {
                String reason = "it was in hand " + deaths.count()
                        + " times when this service ended without a word (killed for want of memory?)";
                throw new RefusedException(reason, reason + "; it is set aside until " + until);
            }
        }
        try {
            write(mark, deaths.another().count());
            inHand.add(name);
            isToldOf = false;
        } catch (IOException e) {
            if (!isToldOf) {
                isToldOf = true;
                LOG.warn(
                        "{} cannot be written, and work goes on without such marks: what ends this process is not refused then: {}",
                        mark,
                        e.toString());
            }
        }
    }

    /** Takes the mark away: the work is done, or has failed in a way that ended nothing. */
    synchronized void end(String name) throws IOException {
        Path mark = folder.resolve(name);
        // One of an earlier process may stand there.
        if (inHand.remove(name) || Files.exists(mark)) {
            Files.deleteIfExists(mark);
        }
    }

    /** Takes the marks of all that is in hand away, and makes no more: the process ends in order, which is nobody's fault. */
    synchronized void endAll() throws IOException {
        ended = true;
        for (String name : Set.copyOf(inHand)) {
            end(name);
        }
    }

    /** What cannot be read as a number was damaged, or cut off by an earlier release in its first writing. */
    private static int begun(Path mark) throws IOException {
        if (!Files.exists(mark)) {
            return 0;
        }
        String text = Files.readString(mark);
        return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 1;
    }

    /** The work may end this process at once, and the machine with it: its mark stands before. */
    private void write(Path mark, int begun) throws IOException {
        Files.createDirectories(folder);
        DurableFiles.replace(mark, Integer.toString(begun).getBytes(StandardCharsets.US_ASCII));
        Files.setLastModifiedTime(mark, FileTime.from(clock.instant()));
    }
}
