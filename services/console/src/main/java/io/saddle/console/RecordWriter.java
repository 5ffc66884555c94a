package io.saddle.console;

import io.saddle.kafka.Publisher;
import io.saddle.topic.Topic;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;

/** Writes what is wanted; a record is written when it is durable. */
@ApplicationScoped
public class RecordWriter {

    private static final int DURABLE_WITHIN_SECONDS = 30;

    private final Publisher publisher;

    public RecordWriter(Publisher publisher) {
        this.publisher = publisher;
    }

    /** @throws IllegalStateException if it was not durable within {@value #DURABLE_WITHIN_SECONDS} s */
    <T extends SpecificRecord> void write(Topic<T> topic, String key, T value) {
        try {
            publisher.send(topic, key, value).get(DURABLE_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(topic.name() + ": the record of " + key + " could not be written", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
