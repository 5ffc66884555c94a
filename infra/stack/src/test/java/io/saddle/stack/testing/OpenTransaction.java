package io.saddle.stack.testing;

import io.saddle.kafka.KafkaSettings;
import io.saddle.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A transaction that has written a record and is not ended: consumers of committed records see nothing behind it until it is. */
public final class OpenTransaction implements AutoCloseable {

    /** In this time a reader that does not wait for the transaction is done. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(3);

    private final KafkaProducer<byte[], byte[]> producer;

    /** @param key of a record that is never committed; it stands on this key's partition */
    public OpenTransaction(KafkaSettings kafka, Topic<?> topic, String key) throws Exception {
        Map<String, Object> settings = kafka.producer();
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "open-" + UUID.randomUUID());
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic.name(), key.getBytes(StandardCharsets.UTF_8), new byte[1]))
                .get();
    }

    /** What a reader comes to that begins before the transaction ends; it is aborted once the reader is done, or has had the time to be. */
    public <T> T spans(Callable<T> reader) throws Exception {
        FutureTask<T> reading = new FutureTask<>(reader);
        new Thread(reading, "reader beside an open transaction").start();
        try {
            reading.get(LONG_ENOUGH.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException waits) {
            // As it should.
        } catch (ExecutionException failed) {
            // Told below.
        }
        producer.abortTransaction();
        return reading.get(1, TimeUnit.MINUTES);
    }

    @Override
    public void close() {
        producer.close();
    }
}
