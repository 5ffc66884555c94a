package io.saddle.console.notification;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The newest values by their time, whatever order they come in: partitions are read side by side.
 *
 * @param <T> the values
 */
final class Newest<T> {

    private record Entry<T>(Instant at, String id, T value) {}

    private final int most;
    private final Function<T, Instant> time;
    private final Map<String, Entry<T>> byId = new HashMap<>();
    private final TreeSet<Entry<T>> byTime =
            new TreeSet<>(Comparator.<Entry<T>, Instant>comparing(Entry::at).thenComparing(Entry::id));

    /**
     * @param most values that are kept
     * @param time of a value
     */
    Newest(int most, Function<T, Instant> time) {
        this.most = most;
        this.time = time;
    }

    /** Keeps a value, in the place of the one of its id, if it is one of the newest. */
    void put(String id, T value) {
        Entry<T> entry = new Entry<>(time.apply(value), id, value);
        Entry<T> before = byId.put(id, entry);
        if (before != null) {
            byTime.remove(before);
        }
        byTime.add(entry);
        if (byTime.size() > most) {
            byId.remove(byTime.pollFirst().id());
        }
    }

    /** The value of this id, if it is among them. */
    Optional<T> find(String id) {
        return Optional.ofNullable(byId.get(id)).map(Entry::value);
    }

    List<T> newestFirst() {
        return byTime.descendingSet().stream().map(Entry::value).toList();
    }
}
