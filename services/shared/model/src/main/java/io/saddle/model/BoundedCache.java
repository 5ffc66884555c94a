package io.saddle.model;

import java.io.IOException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * The values that were asked for last, each made where it is missing. Making one may fail with an IOException, which the caches of
 * libraries wrap. Not thread-safe.
 */
public final class BoundedCache<K, V> implements AutoCloseable {

    /** Makes the value of a key. */
    @FunctionalInterface
    public interface Maker<K, V> {
        V make(K key) throws IOException;
    }

    /** A time in which what is asked for is kept, whatever its size. */
    public interface Hold extends AutoCloseable {
        @Override
        void close();
    }

    private final Map<K, V> values = new LinkedHashMap<>(16, 0.75f, true);
    private final long most;
    private final ToLongFunction<V> size;
    private final Consumer<V> closing;
    /** What was asked for during a hold; null outside of one. */
    private Set<K> held;

    /** For values that hold nothing but memory. */
    public BoundedCache(int most) {
        this(most, value -> {});
    }

    /**
     * @param most values that are kept, >= 1
     * @param closing what is done with one that is kept no longer
     */
    public BoundedCache(int most, Consumer<V> closing) {
        this(most, value -> 1, closing);
    }

    /**
     * For values of different sizes; the one that was asked for last is kept whatever its size.
     *
     * @param most the sizes of those that are kept, in all
     * @param size of a value, which does not change
     * @param closing what is done with one that is kept no longer
     */
    public BoundedCache(long most, ToLongFunction<V> size, Consumer<V> closing) {
        this.most = most;
        this.size = size;
        this.closing = closing;
    }

    /** The beginning of a hold; one at a time. */
    public Hold hold() {
        held = new HashSet<>();
        return () -> {
            held = null;
            makeRoom();
        };
    }

    /**
     * The value of a key; it is kept until {@code most} others were asked for since, and to the end of a hold.
     *
     * @throws IOException if it is missing and cannot be made; nothing is kept then
     */
    public V get(K key, Maker<K, V> maker) throws IOException {
        V known = values.get(key);
        V value = known == null ? maker.make(key) : known;
        if (held != null) {
            held.add(key);
        }
        if (known == null) {
            values.put(key, value);
            makeRoom();
        }
        return value;
    }

    private void makeRoom() {
        Iterator<Map.Entry<K, V>> oldest = values.entrySet().iterator();
        while (values.size() > 1 && size() > most) {
            Map.Entry<K, V> dropped = oldest.next();
            if (held != null && held.contains(dropped.getKey())) {
                return;
            }
            oldest.remove();
            closing.accept(dropped.getValue());
        }
    }

    private long size() {
        return values.values().stream().mapToLong(size).sum();
    }

    /** Closes those of the values that are not wanted any more. */
    public void removeIf(Predicate<V> unwanted) {
        values.values().removeIf(value -> {
            boolean removed = unwanted.test(value);
            if (removed) {
                closing.accept(value);
            }
            return removed;
        });
    }

    /** Closes every value that is kept. */
    @Override
    public void close() {
        removeIf(value -> true);
    }
}
