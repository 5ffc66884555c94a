package io.saddle.console;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What lasts longer than it may, said once for as long as it lasts. Not thread-safe. */
final class Overdue<K> {

    private static final class Lasting {
        private final Duration since;
        private boolean said;

        Lasting(Duration since) {
            this.since = since;
        }
    }

    private final Map<K, Lasting> lasting = new HashMap<>();

    /**
     * Takes what there is now, and forgets what there is no more.
     *
     * @param now how long each may last
     * @param time by a clock that never goes back
     * @return what has lasted too long and was not said
     */
    Set<K> look(Map<K, Duration> now, Duration time) {
        lasting.keySet().retainAll(now.keySet());
        Set<K> due = new LinkedHashSet<>();
        now.forEach((key, patience) -> {
            Lasting here = lasting.computeIfAbsent(key, first -> new Lasting(time));
            if (!here.said && time.minus(here.since).compareTo(patience) >= 0) {
                due.add(key);
            }
        });
        return due;
    }

    /** Is not to be returned again for as long as it lasts. */
    void said(K key) {
        lasting.get(key).said = true;
    }
}
