package io.saddle.primaltrainer.journal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.saddle.kafka.Samples;
import io.saddle.schema.Alert;
import io.saddle.serde.Serdes;
import io.saddle.stack.testing.RegisteredSerdes;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** The journal where the broker does not confirm for a while that a transaction is aborted. */
class RunJournalOutageTest {

    private static final String RUN = "r";

    private final Serdes serdes = RegisteredSerdes.ofAll();
    private final AtomicInteger tries = new AtomicInteger();

    /** A broker that does not answer so many aborts. */
    private static final class Away extends MockProducer<byte[], byte[]> {
        private final CountDownLatch unanswered;

        Away(int aborts) {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
            unanswered = new CountDownLatch(aborts);
        }

        @Override
        public void abortTransaction() {
            if (unanswered.getCount() > 0) {
                unanswered.countDown();
                throw new TimeoutException("Timeout expired after 60000ms while awaiting AbortTransaction");
            }
            super.abortTransaction();
        }
    }

    private static final class Trouble implements RunJournal.FileFailure {
        @Override
        public Journal.Entry words(IOException failure) {
            return alert("trouble: " + failure.getMessage());
        }

        @Override
        public boolean mayTryAgain() {
            return true;
        }
    }

    private static Journal.Entry alert(String message) {
        return out -> out.send(Topics.ALERTS, RUN, Samples.alert(RUN, message));
    }

    private RunJournal journal(Away producer) {
        return new RunJournal(producer, serdes, RUN, new Trouble(), Duration.ofMillis(500));
    }

    private List<String> committed(Away producer) {
        return producer.history().stream()
                .map(sent -> serdes.deserializer(Topics.ALERTS).deserialize(sent.topic(), sent.value()))
                .map(Alert::getMessage)
                .toList();
    }

    /** The store away as well: the run lost all steps since its checkpoint. */
    @Test
    void anAbortAfterAFileThatCannotBeWrittenIsAskedForUntilItIsConfirmed() throws Exception {
        Away producer = new Away(1);
        try (RunJournal journal = journal(producer)) {
            CompletableFuture<Void> written = journal.appendBulk(out -> {
                alert("checkpoint").write(out);
                if (tries.incrementAndGet() == 1) {
                    throw new IOException("the store is away");
                }
            });
            written.get(30, TimeUnit.SECONDS);
            journal.append(alert("behind it")).get(30, TimeUnit.SECONDS);
        }
        assertEquals(List.of("trouble: the store is away", "checkpoint", "behind it"), committed(producer));
    }

    @Test
    void anAbortAfterAFailedTransactionIsAskedForUntilItIsConfirmed() throws Exception {
        Away producer = new Away(2);
        try (RunJournal journal = journal(producer)) {
            CompletableFuture<Void> written = journal.append(out -> {
                alert("once").write(out);
                if (tries.incrementAndGet() == 1) {
                    throw new KafkaException("Topic saddle.alerts not present in metadata after 60000 ms.");
                }
            });
            written.get(30, TimeUnit.SECONDS);
        }
        assertEquals(2, tries.get());
        assertEquals(List.of("once"), committed(producer));
    }

    @Test
    void anAbortThatNobodyConfirmsDoesNotOutlastTheJournal() throws Exception {
        Away producer = new Away(Integer.MAX_VALUE);
        RunJournal journal = journal(producer);
        CompletableFuture<Void> written = journal.append(out -> {
            throw new IOException("the store is away");
        });
        await().until(() -> producer.unanswered.getCount() < Integer.MAX_VALUE);
        journal.close();
        Throwable failed = assertThrows(ExecutionException.class, () -> written.get(30, TimeUnit.SECONDS))
                .getCause();
        assertInstanceOf(RunJournal.JournalClosedException.class, failed);
        assertEquals(List.of(), committed(producer));
    }
}
