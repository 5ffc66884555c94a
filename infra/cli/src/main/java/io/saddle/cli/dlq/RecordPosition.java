package io.saddle.cli.dlq;

import java.util.Comparator;

/**
 * The place of a record.
 *
 * @param offset negative where the record was no longer there when its topic was restored from a backup
 */
public record RecordPosition(String topic, int partition, long offset) implements Comparable<RecordPosition> {

    private static final Comparator<RecordPosition> ORDER = Comparator.comparing(RecordPosition::topic)
            .thenComparingInt(RecordPosition::partition)
            .thenComparingLong(RecordPosition::offset);

    /**
     * Reads {@code PARTITION@OFFSET}.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static RecordPosition parse(String topic, String text) {
        String[] parts = text.split("@", -1);
        try {
            if (parts.length == 2) {
                return new RecordPosition(topic, Integer.parseUnsignedInt(parts[0]), Long.parseLong(parts[1]));
            }
        } catch (NumberFormatException e) {
            // Said below, with what was expected.
        }
        throw new IllegalArgumentException("'" + text + "' is no PARTITION@OFFSET, such as 0@17");
    }

    /** As {@link #parse} reads it. */
    public String onTopic() {
        return partition + "@" + offset;
    }

    @Override
    public int compareTo(RecordPosition other) {
        return ORDER.compare(this, other);
    }

    /** topic-partition@offset */
    @Override
    public String toString() {
        return topic + "-" + onTopic();
    }
}
