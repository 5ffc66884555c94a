package io.saddle.service;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map that lets go of its eldest entry for each one too many. Not thread-safe. */
public final class BoundedMap<K, V> extends LinkedHashMap<K, V> {

    private static final long serialVersionUID = 1L;

    private final int most;

    private BoundedMap(int most, boolean byAccess) {
        super(16, 0.75f, byAccess);
        this.most = most;
    }

    /** The eldest is what was put in first. */
    public static <K, V> BoundedMap<K, V> oldestFirst(int most) {
        return new BoundedMap<>(most, false);
    }

    /** The eldest is what was neither put in nor asked for for longest. */
    public static <K, V> BoundedMap<K, V> leastRecentFirst(int most) {
        return new BoundedMap<>(most, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}
