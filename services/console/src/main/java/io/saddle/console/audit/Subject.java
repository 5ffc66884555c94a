package io.saddle.console.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is known of a key of a topic.
 *
 * @param fields of its newest record; null when that one is a tombstone
 * @param hash of its newest record; empty of a tombstone
 * @param toldBefore marks of the records that the chain told of before the state was lost: the topic may bring them again, at whatever
 *     offsets
 */
record Subject(Map<String, String> fields, String hash, List<String> toldBefore) {

    /** Nothing is known. */
    static final Subject NONE = new Subject(null, "", List.of());

    private static final int MOST_TOLD = 5000;
    private static final int MARK_DIGITS = 16;

    boolean isThere() {
        return fields != null;
    }

    /** True of a record that stands there already. */
    boolean isAt(String recordHash) {
        return hash.equals(recordHash);
    }

    /** True of a record that the chain told of before the state was lost. */
    boolean wasTold(String recordHash, long timestamp) {
        return toldBefore.contains(mark(recordHash, timestamp));
    }

    /**
     * As it is after a record.
     *
     * @param now its fields; null of a tombstone
     * @param again whether the topic may still bring what was told before
     */
    Subject after(Map<String, String> now, String recordHash, boolean again) {
        return new Subject(now, recordHash, again ? toldBefore : List.of());
    }

    /** As the chain tells of it: with a record that it told of. */
    Subject told(Map<String, String> now, String recordHash, long timestamp) {
        List<String> all = new ArrayList<>(toldBefore);
        all.add(mark(recordHash, timestamp));
        return new Subject(now, recordHash, all.subList(Math.max(0, all.size() - MOST_TOLD), all.size()));
    }

    private static String mark(String recordHash, long timestamp) {
        return recordHash.substring(0, Math.min(MARK_DIGITS, recordHash.length())) + "@" + timestamp;
    }
}
