package io.saddle.console.access;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** What each client has under way at the same time. Thread-safe. */
public final class Underway {

    private final Map<String, Integer> byClient = new HashMap<>();

    /**
     * Counts one more.
     *
     * @param most that the client may have
     * @return to be run when it has ended, and doing nothing when run again; empty if the client has as many as it may
     */
    public synchronized Optional<Runnable> begin(String client, int most) {
        int before = byClient.getOrDefault(client, 0);
        if (before >= most) {
            return Optional.empty();
        }
        byClient.put(client, before + 1);
        AtomicBoolean ended = new AtomicBoolean();
        return Optional.of(() -> {
            if (ended.compareAndSet(false, true)) {
                end(client);
            }
        });
    }

    private synchronized void end(String client) {
        byClient.computeIfPresent(client, (name, count) -> count == 1 ? null : count - 1);
    }
}
