package io.saddle.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;
import io.saddle.topic.DeadLetterHeaders;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts what could not be read or handled on the topic's dead-letter topic: key and value as they were, with the record's own
 * headers and those of {@link DeadLetterHeaders}. Each reader of a topic writes its own letter, so one record may have
 * several; topic, partition and offset say which belong together.
 */
public final class DeadLetters implements RejectedRecords {

    /** Bytes that fit on a dead-letter topic, whose limit is 2 MiB, beside headers of this class. */
    static final int LARGEST_RECORD = (2 << 20) - (64 << 10);

    private static final int LONGEST_TEXT = 4096;
    private static final int LONGEST_KEY = 1 << 20;
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

    private final Producer<byte[], byte[]> producer;
    private final String service;

    public DeadLetters(Producer<byte[], byte[]> producer, String service) {
        this.producer = producer;
        this.service = service;
        countFor(service);
    }

    @Override
    public Future<RecordMetadata> reject(Topic<?> topic, ConsumerRecord<byte[], byte[]> record, Rejection why) {
        LOG.warn(
                "{}-{}@{} goes to {}: {}",
                record.topic(),
                record.partition(),
                record.offset(),
                topic.deadLetterName(),
                why.reason());
        counted(topic.name());
        Headers headers = headers(topic.name(), record.partition(), record.offset(), why, service);
        byte[] value = content(record.key(), record.value(), record.headers(), headers);
        return producer.send(
                new ProducerRecord<>(topic.deadLetterName(), record.partition(), key(record.key()), value, headers));
    }

    /** The key that a letter carries: of one that is larger than any that means something, the beginning. */
    public static byte[] key(byte[] key) {
        return isTooLong(key) ? Arrays.copyOf(key, LONGEST_KEY) : key;
    }

    private static boolean isTooLong(byte[] key) {
        return key != null && key.length > LONGEST_KEY;
    }

    /**
     * The value that a letter carries. A record that came in a packed batch may be larger than what is taken in any: its letter has
     * none, and says how large it was.
     *
     * @param own the record's headers
     * @param letter the letter's, to which the record's own are added
     * @return null where there is none, or it is left out
     */
    public static byte[] content(byte[] key, byte[] value, Headers own, Headers letter) {
        if (size(key, value, own) > LARGEST_RECORD || isTooLong(key)) {
            letter.add(DeadLetterHeaders.OMITTED, text(Integer.toString(value == null ? 0 : value.length)));
            return null;
        }
        keepOwn(own, letter);
        return value;
    }

    /** Counts a letter about a record of {@code topic} among the service's metrics. */
    public static void counted(String topic) {
        counter(topic).increment();
    }

    /**
     * Counts from nought for every topic that a service reads: of a counter that comes with its first letter nobody who scrapes
     * it sees that it has risen.
     */
    public static void countFor(String service) {
        for (Topic<?> topic : Topics.all()) {
            if (topic.readers().contains(service)) {
                counter(topic.name());
            }
        }
    }

    private static Counter counter(String topic) {
        return Metrics.counter("saddle.dead.letters", "topic", topic);
    }

    /** The headers that every dead letter has. */
    public static Headers headers(String topic, int partition, long offset, String reason, String service) {
        return new RecordHeaders()
                .add(DeadLetterHeaders.TOPIC, text(topic))
                .add(DeadLetterHeaders.PARTITION, text(Integer.toString(partition)))
                .add(DeadLetterHeaders.OFFSET, text(Long.toString(offset)))
                .add(DeadLetterHeaders.REASON, text(reason))
                .add(DeadLetterHeaders.SERVICE, text(service))
                .add(DeadLetterHeaders.TIME, text(Instant.now().toString()));
    }

    /** The headers of a letter about a record that a consumer group gave up. */
    public static Headers headers(String topic, int partition, long offset, Rejection why, String service) {
        Headers headers = headers(topic, partition, offset, why.reason(), service)
                .add(DeadLetterHeaders.GROUP, text(why.group()));
        if (why.cause() != null) {
            headers.add(DeadLetterHeaders.EXCEPTION, text(why.cause().getClass().getName()));
            headers.add(DeadLetterHeaders.MESSAGE, text(why.cause().getMessage()));
        }
        return headers;
    }

    /** Adds a record's own headers to its letter's. Those of another letter do not come along: they would be taken for this one's. */
    private static void keepOwn(Headers from, Headers to) {
        for (Header header : from) {
            if (!header.key().startsWith(DeadLetterHeaders.PREFIX)
                    || header.key().equals(DeadLetterHeaders.REPLAYED)) {
                to.add(header);
            }
        }
    }

    private static long size(byte[] key, byte[] value, Headers headers) {
        long size = (key == null ? 0 : key.length) + (value == null ? 0L : value.length);
        for (Header header : headers) {
            size += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return size;
    }

    /** Shortened: a message may quote the whole record. */
    private static byte[] text(String value) {
        String full = String.valueOf(value);
        String kept = full.length() <= LONGEST_TEXT ? full : full.substring(0, LONGEST_TEXT) + "...";
        return kept.getBytes(StandardCharsets.UTF_8);
    }
}
