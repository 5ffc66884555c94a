package io.saddle.console.audit;

import io.saddle.schema.AuditEntry;
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The newest entries of each chain: chains are read side by side, and one of them may be read long before another. Thread-safe. */
@ApplicationScoped
public class AuditLog {

    /** Of all chains, about 10 MB; the topic has all. */
    private static final int MOST = 10_000;

    private final Map<Integer, Deque<AuditEntry>> newest = new HashMap<>();

    public synchronized void put(AuditEntry entry) {
        Deque<AuditEntry> chain = newest.computeIfAbsent(entry.getChain(), any -> new ArrayDeque<>());
        if (!chain.isEmpty() && entry.getSequence() <= chain.getLast().getSequence()) {
            // A reader that begins anew brings it again.
            return;
        }
        if (chain.size() == MOST / Topics.AUDIT.partitions()) {
            chain.removeFirst();
        }
        chain.addLast(entry);
    }

    /** Those that are wanted, the newest first. */
    public synchronized List<AuditEntry> find(Predicate<AuditEntry> wanted) {
        return newest.values().stream()
                .flatMap(Deque::stream)
                .filter(wanted)
                .sorted(Comparator.comparing(AuditEntry::getAt)
                        .thenComparing(AuditEntry::getSequence)
                        .reversed())
                .toList();
    }
}
