package io.saddle.kafka;

import io.saddle.serde.AvroDeserializer.RegistryUnavailableException;
import io.saddle.serde.Decoded;
import io.saddle.serde.DecodingDeserializer;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads raw records; waits out a registry that does not answer, since no record may be skipped for that. One thread at a time. */
public final class RecordDecoder {

    private static final Logger LOG = LoggerFactory.getLogger(RecordDecoder.class);
    private static final long RETRY_MILLIS = 1000;
    private static final Duration OBSTACLE_AFTER = Duration.ofMinutes(1);

    /**
     * A record, or the reason why it is none.
     *
     * @param cause what was thrown if it is none; null where nothing was
     */
    public record Outcome<T extends SpecificRecord>(Received<T> received, String unreadable, Throwable cause) {

        Rejection rejection(String group) {
            return new Rejection(unreadable, cause, group);
        }
    }

    /** A registry that does not answer. */
    private record Wait(String why, long sinceNanos) {

        String inWords() {
            return "waits for the schema registry, without which a record cannot be read: " + why;
        }
    }

    private final Serdes serdes;
    private final LongSupplier nanos;
    private final Map<Topic<?>, DecodingDeserializer<?>> decoders = new HashMap<>();
    private volatile Wait waiting;

    public RecordDecoder(Serdes serdes) {
        this(serdes, System::nanoTime);
    }

    /** @param nanos the clock, {@link System#nanoTime} but for tests */
    RecordDecoder(Serdes serdes, LongSupplier nanos) {
        this.serdes = serdes;
        this.nanos = nanos;
    }

    /** What a record has waited for, for a minute already; asked by any thread. */
    Optional<String> obstacle() {
        Wait now = waiting;
        return now != null && nanos.getAsLong() - now.sinceNanos() >= OBSTACLE_AFTER.toNanos()
                ? Optional.of(now.inWords())
                : Optional.empty();
    }

    /** What a record waits for, however short already; asked by any thread. */
    Optional<String> waiting() {
        return Optional.ofNullable(waiting).map(Wait::inWords);
    }

    /**
     * @param running ends the wait for the registry
     * @throws InterruptedException if {@code running} turned false while the registry did not answer
     */
    public <T extends SpecificRecord> Outcome<T> decode(
            Topic<T> topic, ConsumerRecord<byte[], byte[]> record, BooleanSupplier running)
            throws InterruptedException {
        while (true) {
            try {
                Outcome<T> outcome = decode(topic, record);
                waiting = null;
                return outcome;
            } catch (RegistryUnavailableException e) {
                LOG.warn("{}-{}@{}: waiting: {}", record.topic(), record.partition(), record.offset(), e.getMessage());
                waiting = new Wait(e.getMessage(), waiting == null ? nanos.getAsLong() : waiting.sinceNanos());
                if (!running.getAsBoolean()) {
                    waiting = null;
                    throw new InterruptedException("stopped while waiting for the schema registry");
                }
                Thread.sleep(RETRY_MILLIS);
            }
        }
    }

    private <T extends SpecificRecord> Outcome<T> decode(Topic<T> topic, ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return new Outcome<>(null, "the record has no key; " + topic.name() + " is keyed by the run's id", null);
        }
        Decoded<T> decoded = decoder(topic).deserialize(topic.name(), record.value());
        if (decoded instanceof Decoded.Unreadable<T> bad) {
            return new Outcome<>(null, bad.reason(), bad.cause());
        }
        T value = decoded == null ? null : ((Decoded.Value<T>) decoded).value();
        String key = new String(record.key(), StandardCharsets.UTF_8);
        return new Outcome<>(
                new Received<>(
                        topic.name(),
                        record.partition(),
                        record.offset(),
                        record.timestamp(),
                        key,
                        value,
                        record.headers()),
                null,
                null);
    }

    @SuppressWarnings("unchecked")
    private <T extends SpecificRecord> DecodingDeserializer<T> decoder(Topic<T> topic) {
        return (DecodingDeserializer<T>) decoders.computeIfAbsent(topic, serdes::decoder);
    }
}
