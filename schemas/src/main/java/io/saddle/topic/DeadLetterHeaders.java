package io.saddle.topic;

/** Names of the headers that a dead letter has beside the record's own; their values are UTF-8 text. */
public final class DeadLetterHeaders {

    /** Begins the name of each. */
    public static final String PREFIX = "saddle.dlq.";

    /** The place where the record stood. */
    public static final String TOPIC = PREFIX + "topic";

    public static final String PARTITION = PREFIX + "partition";
    public static final String OFFSET = PREFIX + "offset";

    /** The reason, for people. */
    public static final String REASON = PREFIX + "reason";

    /** Class and message of what was thrown; absent where nothing was. */
    public static final String EXCEPTION = PREFIX + "exception";

    public static final String MESSAGE = PREFIX + "message";

    /** The one who gave it up: the service and, where it reads as one, its consumer group. */
    public static final String SERVICE = PREFIX + "service";

    public static final String GROUP = PREFIX + "group";

    /** The time when it was given up, ISO 8601. */
    public static final String TIME = PREFIX + "time";

    /** Size in bytes of a value that was too large to be kept; the letter then has none. */
    public static final String OMITTED = PREFIX + "omitted";

    /**
     * On a record that was sent to its topic again: where it stood before, as {@code topic-partition@offset}. A letter that
     * carries it tells of a second failure.
     */
    public static final String REPLAYED = PREFIX + "replayed";

    /** On a receipt, a letter without a value that says where the record was sent again: {@code topic-partition@offset}. */
    public static final String RECEIPT = PREFIX + "receipt";

    private DeadLetterHeaders() {}
}
