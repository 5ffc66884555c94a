package io.saddle.stack;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.saddle.artifact.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The processes that were started, in {@code stack.json}: written whole and atomically after each start and end. */
final class StackState {

    /**
     * One process that was started and not yet ended by {@code down}.
     *
     * @param startedAt ISO instant that the system gives as its start
     * @param mark its {@link StartMark}, which guards against a pid that is used again; null where there is none, and in files of
     *     earlier releases
     * @param ready true once {@code up} has seen it so
     */
    record Entry(String name, long pid, String startedAt, String mark, int port, String log, boolean ready) {

        static Entry of(String name, ChildProcess process, int port, LogFile log) {
            String startedAt = process.startedAt().orElseGet(Instant::now).toString();
            return new Entry(
                    name,
                    process.pid(),
                    startedAt,
                    process.mark().orElse(null),
                    port,
                    log.path().toString(),
                    false);
        }

        private Entry seenReady() {
            return new Entry(name, pid, startedAt, mark, port, log, true);
        }

        /** True if it has done its work for a while, so that its end is the first of whatever ends follow. */
        boolean hasServed() {
            return ready || logFile().isWrittenSince(Instant.parse(startedAt).plus(RestartWaits.STEADY));
        }

        LogFile logFile() {
            return new LogFile(Path.of(log));
        }

        Optional<ChildProcess> process() {
            return ChildProcess.find(pid, Instant.parse(startedAt), mark);
        }
    }

    private record File(List<Entry> processes) {}

    /** What a later release has put there is no reason to forget what runs. */
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private final Path file;

    StackState(Home home) {
        this.file = home.state();
    }

    List<Entry> entries() {
        try {
            return JSON.readValue(Files.readAllBytes(file), File.class).processes();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new StackException(
                    file + " cannot be read (" + e.getMessage() + "): end what it names by hand and delete it", e);
        }
    }

    Optional<Entry> entry(String name) {
        return entries().stream().filter(entry -> entry.name().equals(name)).findFirst();
    }

    /** The process that was started, if it runs. */
    Optional<ChildProcess> process(String name) {
        return entry(name).flatMap(Entry::process);
    }

    /** True if any of the processes that were started runs. */
    boolean isAnyRunning() {
        return entries().stream().anyMatch(entry -> entry.process().isPresent());
    }

    void put(Entry entry) {
        List<Entry> entries = without(entry.name());
        entries.add(entry);
        write(entries);
    }

    void putReady(String name) {
        write(entries().stream()
                .map(entry -> entry.name().equals(name) ? entry.seenReady() : entry)
                .toList());
    }

    void remove(String name) {
        write(without(name));
    }

    private List<Entry> without(String name) {
        List<Entry> entries = new ArrayList<>(entries());
        entries.removeIf(entry -> entry.name().equals(name));
        return entries;
    }

    private void write(List<Entry> entries) {
        try {
            Files.createDirectories(file.getParent());
            DurableFiles.replace(file, JSON.writeValueAsBytes(new File(entries)));
        } catch (IOException e) {
            throw new StackException(file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
