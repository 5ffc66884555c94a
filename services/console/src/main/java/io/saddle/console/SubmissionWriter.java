package io.saddle.console;

import io.opentelemetry.context.Context;
import io.saddle.console.access.ChangeOrigins;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.pause.Pause;
import io.saddle.run.spec.Problem;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topic;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the records of a submission in one transaction: whatever ends the console in between, readers see all of them or none.
 * A producer of its own for each, for they are rare; opening it aborts what an earlier one has left unfinished.
 */
@ApplicationScoped
public class SubmissionWriter {

    /** The transactional id of all consoles. */
    static final String ID = "saddle-console-submissions";

    private static final Logger LOG = LoggerFactory.getLogger(SubmissionWriter.class);
    private static final int DURABLE_WITHIN_SECONDS = 30;
    private static final Duration BEFORE_NEXT_TRY = Duration.ofSeconds(1);
    /** What a console that ended in between does not abort hides what stands behind it no longer than this. */
    private static final int TRANSACTION_MILLIS = 30_000;

    private final KafkaSettings kafka;
    private final Serdes serdes;
    private final ChangeOrigins origins;
    private CompletableFuture<Void> underWay = CompletableFuture.completedFuture(null);

    public SubmissionWriter(KafkaSettings kafka, Serdes serdes, ChangeOrigins origins) {
        this.kafka = kafka;
        this.serdes = serdes;
        this.origins = origins;
    }

    /** A record to be written. */
    record Wanted<T extends SpecificRecord>(Topic<T> topic, String key, T value) {

        void send(Publisher out, Header... marks) {
            out.send(topic, key, value, marks);
        }
    }

    /**
     * @param written told, on any thread, as soon as all records are durable
     * @throws Refusal if they are not within {@value #DURABLE_WITHIN_SECONDS} s, if an earlier submission is still under way, or if
     *     a record is larger than its topic takes; but for the first nothing was written
     * @throws IllegalStateException if nothing could be written
     */
    synchronized void write(List<Wanted<?>> records, Runnable written) {
        if (!underWay.isDone()) {
            throw Refusal.unavailable(
                    "an earlier submission is not durable yet: Kafka does not answer; look again later");
        }
        Header[] marks = origins.current().headers();
        Runnable task = Context.current().wrap(() -> {
            transact(records, marks);
            written.run();
        });
        underWay = CompletableFuture.runAsync(task, SubmissionWriter::start);
        try {
            underWay.get(DURABLE_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            // Nobody is there any more to be told how it ended.
            underWay.whenComplete((done, failure) -> {
                if (failure != null) {
                    LOG.error("a submission whose end was not awaited could not be written", failure);
                }
            });
            throw Refusal.unavailable("the submission is not durable after " + DURABLE_WITHIN_SECONDS
                    + " s: Kafka does not answer; it is still tried, look again before you repeat it");
        } catch (ExecutionException e) {
            throw refused(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "submission");
        thread.setDaemon(true);
        thread.start();
    }

    private static RuntimeException refused(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RecordTooLargeException) {
                return Refusal.invalid(
                        "the run specification is too large",
                        List.of(new Problem("", "written out, with every default, it is larger than a record may be")));
            }
            if (cause instanceof ProducerFencedException || cause instanceof InvalidProducerEpochException) {
                return Refusal.unavailable(
                        "another console wrote a submission at the same moment: submit this one again");
            }
        }
        return new IllegalStateException("the submission could not be written", failure);
    }

    private void transact(List<Wanted<?>> records, Header... marks) {
        Map<String, Object> settings = kafka.producer();
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, ID);
        settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MILLIS);
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        try {
            producer.initTransactions();
            producer.beginTransaction();
            Publisher out = new Publisher(producer, serdes);
            records.forEach(record -> record.send(out, marks));
            commit(producer);
        } catch (RuntimeException e) {
            abort(producer);
            throw e;
        } finally {
            producer.close(Duration.ZERO);
        }
    }

    /** A commit that timed out may have been made: it can only be asked for again, not taken back. */
    private static void commit(KafkaProducer<byte[], byte[]> producer) {
        while (true) {
            try {
                producer.commitTransaction();
                return;
            } catch (TimeoutException e) {
                LOG.warn("the broker has not confirmed a submission yet: {}", e.getMessage());
                Pause.of(BEFORE_NEXT_TRY);
            }
        }
    }

    /** Readers do not see what stands behind an open transaction. */
    private static void abort(KafkaProducer<byte[], byte[]> producer) {
        try {
            producer.abortTransaction();
        } catch (KafkaException | IllegalStateException e) {
            LOG.debug("no transaction to abort: {}", e.toString());
        }
    }
}
