package io.saddle.console;

import io.saddle.console.access.ChangeOrigins;
import io.saddle.kafka.Publisher;
import io.saddle.topic.Topic;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;

/** Writes what is wanted; a record is written when it is durable. */
@ApplicationScoped
public class RecordWriter {

    private static final int DURABLE_WITHIN_SECONDS = 30;

    private final Publisher publisher;
    private final ChangeOrigins origins;
    /** Writes whose end was not awaited: they are still tried, and come out one way or the other. */
    private final Map<String, Future<?>> underWay = new ConcurrentHashMap<>();

    public RecordWriter(Publisher publisher, ChangeOrigins origins) {
        this.publisher = publisher;
        this.origins = origins;
    }

    /**
     * @throws Refusal if it was not durable within {@value #DURABLE_WITHIN_SECONDS} s, or if an earlier record of this key is
     *     still under way: two of one version must not stand on the topic
     * @throws IllegalStateException if it could not be written
     */
    <T extends SpecificRecord> void write(Topic<T> topic, String key, T value) {
        String place = topic.name() + " " + key;
        Future<?> earlier = underWay.get(place);
        if (earlier != null && !earlier.isDone()) {
            throw Refusal.unavailable(
                    "an earlier change of " + key + " is not durable yet: Kafka does not answer; look again,"
                            + " then repeat this one if it is still wanted");
        }
        underWay.remove(place);
        Future<?> sent = publisher.send(topic, key, value, origins.current().headers());
        try {
            sent.get(DURABLE_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            underWay.put(place, sent);
            throw Refusal.unavailable("the change of " + key + " is not durable after " + DURABLE_WITHIN_SECONDS
                    + " s: Kafka does not answer; it is still tried, look again before you repeat it");
        } catch (ExecutionException e) {
            throw new IllegalStateException(topic.name() + ": the record of " + key + " could not be written", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
