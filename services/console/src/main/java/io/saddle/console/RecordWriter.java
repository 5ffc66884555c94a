package io.saddle.console;

import io.saddle.audit.ChangeOrigin;
import io.saddle.console.access.ChangeOrigins;
import io.saddle.kafka.Publisher;
import io.saddle.topic.Topic;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what is wanted; a record is written when it is durable. */
@ApplicationScoped
public class RecordWriter {

    private static final int DURABLE_WITHIN_SECONDS = 30;
    private static final Logger LOG = LoggerFactory.getLogger(RecordWriter.class);

    private final Publisher publisher;
    private final Supplier<ChangeOrigin> origins;
    /** Writes whose end was not awaited: they are still tried, and come out one way or the other. */
    private final Map<String, Future<?>> underWay = new ConcurrentHashMap<>();

    private final Duration patience;

    @Inject
    public RecordWriter(Publisher publisher, ChangeOrigins origins) {
        this(publisher, origins::current, Duration.ofSeconds(DURABLE_WITHIN_SECONDS));
    }

    RecordWriter(Publisher publisher, Supplier<ChangeOrigin> origins, Duration patience) {
        this.publisher = publisher;
        this.origins = origins;
        this.patience = patience;
    }

    /** {@link #write(Topic, String, SpecificRecord, Runnable)}, of what no table is kept. */
    <T extends SpecificRecord> void write(Topic<T> topic, String key, T value) {
        write(topic, key, value, () -> {});
    }

    /**
     * @param written told, on any thread, as soon as the record is durable, even after this was refused for its not being so: the next
     *     change of the key, which is not begun before, is one of this one
     * @throws Refusal if it was not durable within {@value #DURABLE_WITHIN_SECONDS} s, or if an earlier record of this key is
     *     still under way: two of one version must not stand on the topic
     * @throws IllegalStateException if it could not be written
     */
    <T extends SpecificRecord> void write(Topic<T> topic, String key, T value, Runnable written) {
        String place = topic.name() + " " + key;
        Future<?> earlier = underWay.get(place);
        if (earlier != null && !earlier.isDone()) {
            throw Refusal.unavailable(
                    "an earlier change of " + key + " is not durable yet: Kafka does not answer; look again,"
                            + " then repeat this one if it is still wanted");
        }
        underWay.remove(place);
        Future<?> sent = publisher.send(
                topic,
                key,
                value,
                failure -> {
                    if (failure == null) {
                        written.run();
                    } else if (underWay.containsKey(place)) {
                        // Nobody is there any more to be told how it ended.
                        LOG.error("{}: a change whose end was not awaited could not be written", place, failure);
                    }
                },
                origins.get().headers());
        try {
            sent.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            underWay.put(place, sent);
            throw Refusal.unavailable("the change of " + key + " is not durable after " + patience.toSeconds()
                    + " s: Kafka does not answer; it is still tried, look again before you repeat it");
        } catch (ExecutionException e) {
            throw new IllegalStateException(topic.name() + ": the record of " + key + " could not be written", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
