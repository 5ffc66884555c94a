package io.saddle.console.notification;

import io.saddle.audit.RecordHash;
import io.saddle.schema.Alert;
import io.saddle.schema.ExecutionStatus;
import io.saddle.schema.FidScore;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.Notification;
import io.saddle.schema.RunStatus;
import io.saddle.serde.Decoded;
import io.saddle.topic.Topics;
import io.saddle.tracing.RecordTracing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Keeps what has been seen of runs and executions, and forwards what is to be told. What cannot be read is passed over: the console's
 * tables read the same topics, and put it among the dead letters.
 */
final class NotificationProcessor implements Processor<String, Decoded<?>, String, Notification> {

    static final String STORE = "watched-subjects";

    private static final int MARK_DIGITS = 16;

    private final RuleBook book;
    private ProcessorContext<String, Notification> context;
    private KeyValueStore<String, WatchedSubject> store;

    NotificationProcessor(RuleBook book) {
        this.book = book;
    }

    @Override
    public void init(ProcessorContext<String, Notification> context) {
        this.context = context;
        this.store = context.getStateStore(STORE);
    }

    @Override
    public void process(Record<String, Decoded<?>> record) {
        RecordMetadata at = context.recordMetadata().orElseThrow();
        boolean isOfState =
                at.topic().equals(Topics.RUN_STATUS.name()) || at.topic().equals(Topics.EXECUTION_STATUS.name());
        if (record.value() == null && isOfState) {
            // Of a run that was deleted with its history, or an execution that was forgotten.
            store.delete(record.key());
        } else if (record.value() instanceof Decoded.Value<?> decoded) {
            RecordTracing.process(at.topic(), record.key(), record.headers(), () -> observe(record, decoded.value()));
        }
    }

    private void observe(Record<String, Decoded<?>> record, Object value) {
        Observer observer = new Observer(book, Instant.ofEpochMilli(context.currentSystemTimeMs()));
        if (value instanceof Alert alert) {
            forward(observer.alert(alert, mark(alert)), record.timestamp());
            return;
        }
        if (record.key() == null) {
            // A topic that is not compacted takes it, and nobody knows of which run it is: other readers put it aside.
            return;
        }
        WatchedSubject known = store.get(record.key());
        WatchedSubject seen = known == null ? WatchedSubject.NEW : known;
        Observation observation = observation(observer, seen, value);
        if (!observation.subject().equals(seen)) {
            store.put(record.key(), observation.subject());
        }
        forward(observation.notifications(), record.timestamp());
    }

    private static Observation observation(Observer observer, WatchedSubject seen, Object value) {
        if (value instanceof RunStatus status) {
            return observer.status(seen, status);
        }
        if (value instanceof ExecutionStatus status) {
            return observer.execution(seen, status);
        }
        if (value instanceof MultiplierUpdate update) {
            return observer.dualStep(seen, update);
        }
        return observer.score(seen, (FidScore) value);
    }

    /** By its content: its offset is another one after a backup was restored, and then it would be told again. */
    private static String mark(Alert alert) {
        try {
            ByteBuffer encoded = alert.toByteBuffer();
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return alert.getRaisedAt().toEpochMilli() + "-"
                    + RecordHash.of(bytes).substring(0, MARK_DIGITS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void forward(List<Notification> notifications, long timestamp) {
        notifications.forEach(notification -> context.forward(
                new Record<>(notification.getEventId(), notification, timestamp, RecordTracing.headers())));
    }
}
