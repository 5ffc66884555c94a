package io.saddle.cli.dlq;

import io.saddle.audit.ChangeOrigin;
import io.saddle.kafka.DeadLetters;
import io.saddle.topic.DeadLetterHeaders;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends dead records to their topic again, each exactly once: record and receipt are one transaction. A receipt is a letter
 * without a value beside the others, which says where the record went. Opening another replay fences this one.
 */
public final class Replay implements AutoCloseable {

    private static final String ID = "saddle-dlq-replay";
    private static final String OUR_HEADERS = "saddle.dlq.";

    private final KafkaProducer<byte[], byte[]> producer;

    /**
     * @param settings of an idempotent producer
     * @throws org.apache.kafka.common.KafkaException if the broker does not open a transaction
     */
    public Replay(Map<String, Object> settings) {
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, ID);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        // Someone waits at the keyboard: unlike a service, this gives up.
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        try {
            producer.initTransactions();
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
    }

    /**
     * Sends what {@code letter} holds to where {@code dead} came from.
     *
     * @param original headers of the record as it stood, of which the letter's are a copy; null where it is gone: then the letter is not
     *     believed who had made the change
     * @param change whose change it is to be sent, and why, in place of what the record says of that; null where it changes nothing
     * @return where it stands now
     * @throws ExecutionException if the broker refuses it; nothing was sent
     * @throws org.apache.kafka.common.errors.ProducerFencedException if another replay has begun; nothing was sent
     */
    public RecordPosition send(
            Topic<?> topic,
            DeadRecord dead,
            ConsumerRecord<byte[], byte[]> letter,
            Headers original,
            ChangeOrigin change)
            throws ExecutionException, InterruptedException {
        producer.beginTransaction();
        try {
            RecordMetadata sent = producer.send(new ProducerRecord<>(
                            topic.name(),
                            partition(topic, dead, letter.key()),
                            letter.key(),
                            letter.value(),
                            headers(dead, letter, original, change)))
                    .get();
            RecordPosition now = new RecordPosition(sent.topic(), sent.partition(), sent.offset());
            producer.send(receipt(topic, dead, letter, now)).get();
            producer.commitTransaction();
            return now;
        } catch (ExecutionException e) {
            producer.abortTransaction();
            throw e;
        }
    }

    /** A record without a key belongs to no run: it goes where it was. */
    static int partition(Topic<?> topic, DeadRecord dead, byte[] key) {
        return key == null
                ? dead.origin().partition()
                : RunPartitioner.partition(new String(key, StandardCharsets.UTF_8), topic.partitions());
    }

    private static Headers headers(
            DeadRecord dead, ConsumerRecord<byte[], byte[]> letter, Headers original, ChangeOrigin change) {
        Headers headers = new RecordHeaders();
        boolean isTheirs = original != null && change == null;
        for (Header header : original == null ? letter.headers() : original) {
            if (!header.key().startsWith(OUR_HEADERS) && (isTheirs || !ChangeOrigin.isHeader(header.key()))) {
                headers.add(header);
            }
        }
        if (change != null) {
            for (Header header : change.headers()) {
                headers.add(header);
            }
        }
        return headers.add(DeadLetterHeaders.REPLAYED, text(dead.origin().toString()));
    }

    private static ProducerRecord<byte[], byte[]> receipt(
            Topic<?> topic, DeadRecord dead, ConsumerRecord<byte[], byte[]> letter, RecordPosition now) {
        RecordPosition origin = dead.origin();
        Headers headers = DeadLetters.headers(
                        origin.topic(), origin.partition(), origin.offset(), "replayed to " + now, "dlq replay")
                .add(DeadLetterHeaders.RECEIPT, text(now.toString()));
        return new ProducerRecord<>(topic.deadLetterName(), letter.partition(), letter.key(), null, headers);
    }

    private static byte[] text(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(10));
    }
}
