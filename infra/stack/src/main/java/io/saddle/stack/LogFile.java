package io.saddle.stack;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The log of one child process: each start begins a new one and keeps the ones before as {@code NAME.log.1}, the newest, to
 * {@code NAME.log.5}: of a process that ends again and again, more than the last end can be looked at. That of the end which the others
 * followed stays as {@code NAME.log.first}. One that is large is begun anew while its process runs.
 */
public record LogFile(Path path) {

    private static final int KEPT = 5;
    private static final long LARGE_BYTES = 16L << 20;
    private static final int TAIL_BYTES = 64 * 1024;

    /** What a process writes to while it is not certain that it stays; {@link #begin} makes it the log. */
    Path next() {
        return Path.of(path + ".next");
    }

    /** The log of the end that all later ones followed, where there was one. */
    Path first() {
        return Path.of(path + ".first");
    }

    /** Makes room for a new log. */
    public void begin() throws IOException {
        begin(earlier());
    }

    /** The same, with the log so far kept apart from those that follow, until the next that is. */
    void beginSeries() throws IOException {
        begin(Stream.concat(Stream.of(first()), earlier()));
    }

    private Stream<Path> earlier() {
        return IntStream.rangeClosed(1, KEPT).mapToObj(number -> Path.of(path + "." + number));
    }

    private void begin(Stream<Path> earlier) throws IOException {
        Files.createDirectories(path.getParent());
        // One that nothing was written to, as on a full disk, would push out one with a reason.
        if (Files.exists(path) && Files.size(path) > 0) {
            moveAlong(Stream.concat(Stream.of(path), earlier).toList());
        }
        if (Files.exists(next())) {
            Files.move(next(), path, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /**
     * Begins it anew if it is large, under a process that goes on appending to it: copied and emptied, since the process keeps the file that
     * it was started with. Only what is written in the instant between the two is lost.
     */
    void beginIfLarge() throws IOException {
        if (!Files.exists(path) || Files.size(path) <= LARGE_BYTES) {
            return;
        }
        try (FileChannel log = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileChannel copy = FileChannel.open(
                        next(),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            long copied = 0;
            while (copied < log.size()) {
                copied += log.transferTo(copied, log.size() - copied, copy);
            }
            log.truncate(0);
        } catch (IOException e) {
            // Half a copy takes the room that there is too little of.
            Files.deleteIfExists(next());
            throw e;
        }
        moveAlong(Stream.concat(Stream.of(next()), earlier()).toList());
    }

    /** Each to the place of the one behind it, as far as there is one that is free; else the last is given up. */
    private static void moveAlong(List<Path> places) throws IOException {
        int free = 1;
        while (free < places.size() - 1 && Files.exists(places.get(free))) {
            free++;
        }
        for (int to = free; to > 0; to--) {
            Files.move(places.get(to - 1), places.get(to), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** True if something was written to it then or later. */
    boolean isWrittenSince(Instant instant) {
        try {
            return !Files.getLastModifiedTime(path).toInstant().isBefore(instant);
        } catch (IOException e) {
            return false;
        }
    }

    /** The last line that is not one of a stack trace's calls. */
    Optional<String> lastWords() {
        return tail(Integer.MAX_VALUE).stream()
                .filter(line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0)))
                .reduce((earlier, later) -> later);
    }

    /** The last lines, without what does not fit 64 KiB. */
    public List<String> tail(int lines) {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            int size = (int) Math.min(TAIL_BYTES, file.length());
            byte[] end = new byte[size];
            file.seek(file.length() - size);
            file.readFully(end);
            List<String> all = new String(end, StandardCharsets.UTF_8).lines().toList();
            return all.subList(Math.max(0, all.size() - lines), all.size());
        } catch (IOException e) {
            return List.of("(the log cannot be read: " + e.getMessage() + ")");
        }
    }
}
