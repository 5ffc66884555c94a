package io.saddle.audit;

import io.saddle.schema.AuditEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The check of one chain of the audit, entry by entry. An entry that was changed, left out or put in breaks the link of the one
 * behind it; what is cut off at the end shows only against a head that somebody kept elsewhere ({@link #head()}).
 */
public final class ChainCheck {

    private final int chain;
    private final Map<Long, String> kept;
    private final Map<String, Told> told = new HashMap<>();
    private final Map<String, Standing> standing = new HashMap<>();
    private final List<String> faults = new ArrayList<>();
    private final List<String> untold = new ArrayList<>();
    private long sequence;
    private String hash = "";

    /** What entries tell of a key. */
    private static final class Told {
        private final Set<String> hashes = new HashSet<>();
        private String newest = "";
        private long newestOffset = -1;
    }

    /** The newest record of a key. */
    private record Standing(String hash, long offset) {}

    /** @param kept heads that somebody has kept: hashes by sequence */
    public ChainCheck(int chain, Map<Long, String> kept) {
        this.chain = chain;
        this.kept = kept;
    }

    /**
     * The next entry.
     *
     * @param value as it stands on the topic
     */
    public void next(AuditEntry entry, byte[] value) {
        if (entry.getChain() != chain) {
            fault("entry " + entry.getSequence() + " belongs to chain " + entry.getChain());
        }
        if (entry.getSequence() != sequence + 1) {
            fault("entry " + entry.getSequence() + " comes after entry " + sequence);
        } else if (!entry.getPreviousHash().equals(hash)) {
            fault("entry " + entry.getSequence() + " does not follow entry " + sequence
                    + " as it stands here: one of them was changed");
        }
        sequence = entry.getSequence();
        hash = RecordHash.of(value);
        String expected = kept.get(sequence);
        if (expected != null && !expected.equals(hash)) {
            fault("entry " + sequence + " is not the one that was kept");
        }
        Told subject = told.computeIfAbsent(subject(entry.getTopic(), entry.getKey()), any -> new Told());
        subject.hashes.add(entry.getRecordHash());
        subject.newest = entry.getRecordHash();
        subject.newestOffset = entry.getOffset();
    }

    /** Something that stands on the chain's topic and is no entry. */
    public void unreadable(long offset, String reason) {
        fault("offset " + offset + " is no entry: " + reason);
    }

    /**
     * The next record of a topic whose changes the audit tells of, as it stands there.
     *
     * @param value null for a tombstone
     */
    public void record(String topic, String key, long offset, byte[] value) {
        Told subject = told.get(subject(topic, key));
        String recordHash = RecordHash.of(value);
        standing.put(subject(topic, key), new Standing(recordHash, offset));
        // The end of what went before there was an audit ends nothing that it knows.
        boolean endsNothing = value == null && subject == null;
        if (!endsNothing && (subject == null || !subject.hashes.contains(recordHash))) {
            untold.add("chain " + chain + ": " + topic + "-" + chain + "@" + offset + " (" + key
                    + "): no entry tells of this record");
        }
    }

    private static String subject(String topic, String key) {
        return topic + " " + key;
    }

    private void fault(String what) {
        faults.add("chain " + chain + ": " + what);
    }

    /** The number of entries. */
    public long entries() {
        return sequence;
    }

    /** The last entry, to be kept elsewhere: CHAIN:SEQUENCE:HASH. */
    public String head() {
        return chain + ":" + sequence + ":" + hash;
    }

    /** The records that no entry tells of: of one that was only just written it may be on its way. */
    public List<String> untold() {
        List<String> all = new ArrayList<>(untold);
        standing.forEach((key, record) -> {
            Told subject = told.get(key);
            if (subject != null
                    && subject.hashes.contains(record.hash())
                    && !subject.newest.equals(record.hash())
                    && subject.newestOffset <= record.offset()) {
                all.add("chain " + chain + ": " + key
                        + ": its newest record is an older one that was written again, and"
                        + " no entry tells of that");
            }
        });
        return all;
    }

    /** What is wrong with the chain itself, in the order in which it was found; empty if nothing is. */
    public List<String> faults() {
        List<String> all = new ArrayList<>(faults);
        kept.keySet().stream()
                .filter(one -> one > sequence)
                .sorted()
                .forEach(one -> all.add("chain " + chain + ": ends at entry " + sequence + ", entry " + one
                        + " was there when its head was kept"));
        return all;
    }
}
