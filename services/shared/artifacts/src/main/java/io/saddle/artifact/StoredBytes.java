package io.saddle.artifact;

/**
 * The room that artifacts take in a store.
 *
 * @param objects number of files, those included that the store keeps of its own
 * @param bytes that they take together
 */
public record StoredBytes(long objects, long bytes) {

    public static final StoredBytes NONE = new StoredBytes(0, 0);

    /** Both together. */
    public StoredBytes plus(StoredBytes other) {
        return new StoredBytes(objects + other.objects, bytes + other.bytes);
    }

    /** What is left without {@code part}; never less than nothing. */
    public StoredBytes minus(StoredBytes part) {
        return new StoredBytes(Math.max(0, objects - part.objects), Math.max(0, bytes - part.bytes));
    }
}
