package io.saddle.primaltrainer.checkpoint;

import io.saddle.kafka.Received;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The offsets up to which each run's records were read, by topic. Written by readers' threads, read by trainers'. */
@Singleton
public final class InputOffsets {

    private final Map<String, Map<String, Long>> next = new ConcurrentHashMap<>();

    public void read(String runId, Received<?> received) {
        next.computeIfAbsent(runId, id -> new ConcurrentHashMap<>())
                .merge(received.topic(), received.offset() + 1, Math::max);
    }

    /** The offset after the last record of the run that was read, by topic; topics without one are missing. */
    public Map<String, Long> of(String runId) {
        return new TreeMap<>(next.getOrDefault(runId, Map.of()));
    }
}
