package io.saddle.primaltrainer.journal;

import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.serde.Serdes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a run's files and records in order, on a thread of its own, so that the training thread never waits for a disk or a
 * broker. Records go out in transactions under the run's own transactional id: opening the journal fences whoever had it
 * before, and a fenced journal can write nothing more.
 */
public final class RunJournal implements Journal, AutoCloseable {

    /** The run went to another trainer, a file could not be written, or memory is short: nothing more can be written here. */
    public static final class JournalClosedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        JournalClosedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(RunJournal.class);
    private static final int QUEUED_ENTRIES = 1000;
    private static final int QUEUED_BULK = 2;
    private static final int ENTRIES_PER_TRANSACTION = 200;
    /** What a step's summary waits for others: of ten steps a second a broker has 1.4 times as much to do with 100 ms. */
    private static final Duration GATHER = Duration.ofMillis(500);
    /** After so long it is seen that the journal is to close. */
    private static final Duration LOOK = Duration.ofMillis(100);

    private static final Duration BEFORE_NEXT_TRY = Duration.ofSeconds(1);
    private static final Duration BEFORE_NEXT_WRITE = Duration.ofSeconds(2);
    /** What another trainer does not abort by taking the run over, because it has no room for it yet, hides no longer. */
    private static final int TRANSACTION_MILLIS = 30_000;

    /** The answer to a file that cannot be written. */
    interface FileFailure {
        /** What is said of one failed try, in a transaction of its own. */
        Entry words(IOException failure);

        /** True if the write is tried again; false once somebody waits for the run's end here. */
        boolean mayTryAgain();
    }

    private enum Kind {
        GATHERED,
        PROMPT,
        ALONE,
        BULK
    }

    private record Queued(Entry entry, Kind kind, CompletableFuture<Void> written) {
        Queued(Entry entry, Kind kind) {
            this(entry, kind, new CompletableFuture<>());
        }

        boolean alone() {
            return kind == Kind.ALONE || kind == Kind.BULK;
        }
    }

    private final String runId;
    private final Producer<byte[], byte[]> producer;
    private final Publisher publisher;
    private final BlockingQueue<Queued> queue = new LinkedBlockingQueue<>(QUEUED_ENTRIES);
    private final Semaphore bulk = new Semaphore(QUEUED_BULK);
    private final Thread thread;
    private final FileFailure fileFailure;
    private final Duration gathering;
    /** An entry that waits for a transaction of its own. */
    private Queued ahead;

    private volatile boolean closing;
    private volatile JournalClosedException failure;

    /**
     * Opens the journal and fences its earlier holder.
     *
     * @param fileFailure what to do when a file cannot be written; entries behind it wait
     * @throws KafkaException if the broker does not answer within a minute; worth another try
     */
    public RunJournal(KafkaSettings kafka, Serdes serdes, String runId, FileFailure fileFailure) {
        this(kafka, serdes, runId, fileFailure, GATHER);
    }

    /** @param gathering what an entry that nobody waits for waits for others */
    RunJournal(KafkaSettings kafka, Serdes serdes, String runId, FileFailure fileFailure, Duration gathering) {
        this(producer(kafka, runId), serdes, runId, fileFailure, gathering);
    }

    /** @param producer of the run's transactional id, not used before; closed with the journal */
    RunJournal(
            Producer<byte[], byte[]> producer,
            Serdes serdes,
            String runId,
            FileFailure fileFailure,
            Duration gathering) {
        this.fileFailure = fileFailure;
        this.gathering = gathering;
        this.runId = runId;
        this.producer = producer;
        this.publisher = new Publisher(producer, serdes);
        try {
            producer.initTransactions();
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
        this.thread = new Thread(this::run, "journal-" + runId);
        this.thread.setDaemon(true);
        this.thread.start();
    }

    private static Producer<byte[], byte[]> producer(KafkaSettings kafka, String runId) {
        Map<String, Object> settings = kafka.producer();
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "saddle-run-" + runId);
        settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MILLIS);
        // Weeks of training outlast any broker's restart: an outage is waited for, not failed on.
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Queues records.
     *
     * @throws JournalClosedException if the journal can write nothing more
     */
    @Override
    public CompletableFuture<Void> append(Entry records) throws InterruptedException {
        return enqueue(new Queued(records, Kind.PROMPT));
    }

    @Override
    public CompletableFuture<Void> appendGathered(Entry records) throws InterruptedException {
        return enqueue(new Queued(records, Kind.GATHERED));
    }

    @Override
    public CompletableFuture<Void> appendAlone(Entry filesAndRecords) throws InterruptedException {
        return enqueue(new Queued(filesAndRecords, Kind.ALONE));
    }

    /** Waits while {@value #QUEUED_BULK} bulk entries are under way. */
    @Override
    public CompletableFuture<Void> appendBulk(Entry filesAndRecords) throws InterruptedException {
        while (!bulk.tryAcquire(100, TimeUnit.MILLISECONDS)) {
            throwIfClosed();
        }
        return enqueue(new Queued(filesAndRecords, Kind.BULK));
    }

    /**
     * True if another trainer has taken the run, or Kafka has ended a transaction that stood open for too long. A producer is told the same
     * of both, and is of no use after either; to open a journal again here at once would take the run from whoever has it.
     */
    public boolean isFenced() {
        return failure != null && isFencing(failure.getCause());
    }

    void throwIfClosed() {
        if (failure != null) {
            throw failure;
        }
    }

    /** Waits until everything queued is durable. */
    public void flush() throws InterruptedException {
        try {
            append(publisher -> {}).get();
        } catch (ExecutionException e) {
            throwIfClosed();
            throw new JournalClosedException(runId + ": the journal could not be flushed", e.getCause());
        }
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join(Duration.ofSeconds(10).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ZERO);
    }

    private CompletableFuture<Void> enqueue(Queued queued) throws InterruptedException {
        throwIfClosed();
        while (!queue.offer(queued, 100, TimeUnit.MILLISECONDS)) {
            throwIfClosed();
        }
        if (failure != null) {
            // It failed in between: nobody takes the entry from the queue any more.
            queued.written().completeExceptionally(failure);
        }
        return queued.written();
    }

    private void run() {
        List<Queued> batch = new ArrayList<>();
        try {
            while (!closing || ahead != null || !queue.isEmpty()) {
                gather(batch);
                if (!batch.isEmpty()) {
                    commit(batch);
                    batch.forEach(this::finished);
                    batch.clear();
                }
            }
        } catch (Exception | Error e) {
            // Errors too, such as no memory for a buffer: who waits for an entry is told.
            failure = new JournalClosedException(runId + ": " + reason(e), e);
            LOG.warn("{}: the journal is closed: {}", runId, reason(e));
            abandonTransaction();
            if (ahead != null) {
                batch.add(ahead);
            }
            queue.drainTo(batch);
            batch.forEach(queued -> queued.written().completeExceptionally(failure));
        }
    }

    /**
     * What one transaction takes: what comes until somebody waits for it or a moment is over, or one entry alone. A model may take
     * longer to write, and old ones longer to delete, than a transaction may stay open, and as long as one is open nobody sees what
     * stands behind it.
     */
    private void gather(List<Queued> batch) throws InterruptedException {
        if (ahead != null) {
            batch.add(ahead);
            ahead = null;
            return;
        }
        long end = System.nanoTime();
        while (batch.size() < ENTRIES_PER_TRANSACTION) {
            long wait = batch.isEmpty() ? LOOK.toNanos() : Math.min(LOOK.toNanos(), end - System.nanoTime());
            Queued next = queue.poll(Math.max(0, wait), TimeUnit.NANOSECONDS);
            if (next == null) {
                if (closing || System.nanoTime() >= end) {
                    return;
                }
                continue;
            }
            if (next.alone() && !batch.isEmpty()) {
                ahead = next;
                return;
            }
            if (batch.isEmpty()) {
                end = System.nanoTime() + gathering.toNanos();
            }
            batch.add(next);
            if (next.alone() || closing) {
                return;
            }
            if (next.kind() == Kind.PROMPT) {
                end = System.nanoTime();
            }
        }
    }

    private void commit(List<Queued> batch) throws Exception {
        while (true) {
            try {
                commitOrAbort(batch);
                return;
            } catch (IOException e) {
                LOG.warn("{}: a file cannot be written: {}", runId, e.toString());
                commitOrAbort(List.of(new Queued(fileFailure.words(e), Kind.PROMPT)));
                awaitNextWrite(e);
            }
        }
    }

    private void awaitNextWrite(IOException failure) throws IOException, InterruptedException {
        long end = System.nanoTime() + BEFORE_NEXT_WRITE.toNanos();
        do {
            if (closing || !fileFailure.mayTryAgain()) {
                throw failure;
            }
            Thread.sleep(LOOK.toMillis());
        } while (System.nanoTime() < end);
    }

    /** Returns when the batch is durable; after an exception of an entry's own nothing of it is visible. */
    private void commitOrAbort(List<Queued> batch) throws Exception {
        while (true) {
            try {
                producer.beginTransaction();
                for (Queued queued : batch) {
                    queued.entry().write(publisher);
                }
                commitInTheEnd();
                return;
            } catch (ProducerFencedException | InvalidProducerEpochException | AuthorizationException e) {
                throw e;
            } catch (KafkaException e) {
                LOG.warn("{}: a transaction failed and is done again: {}", runId, e.toString());
                Thread.sleep(BEFORE_NEXT_TRY.toMillis());
                abortInTheEnd();
            } catch (IOException e) {
                abortInTheEnd();
                throw e;
            }
        }
    }

    /** A commit that timed out may have been made: it can only be asked for again, not taken back. */
    private void commitInTheEnd() throws InterruptedException {
        untilConfirmed(producer::commitTransaction);
    }

    /** An abort that timed out is under way: before it is confirmed the producer takes nothing else. */
    private void abortInTheEnd() throws InterruptedException {
        untilConfirmed(producer::abortTransaction);
    }

    private void untilConfirmed(Runnable end) throws InterruptedException {
        while (true) {
            try {
                end.run();
                return;
            } catch (TimeoutException e) {
                LOG.warn("{}: the broker has not confirmed the end of a transaction yet: {}", runId, e.getMessage());
                if (closing) {
                    throw e;
                }
                Thread.sleep(BEFORE_NEXT_TRY.toMillis());
            }
        }
    }

    /** An open transaction would hide from every reader what other runs write to the partition, until it times out. */
    private void abandonTransaction() {
        try {
            producer.abortTransaction();
        } catch (KafkaException | IllegalStateException e) {
            LOG.debug("{}: no transaction to abort: {}", runId, e.toString());
        }
    }

    private void finished(Queued queued) {
        if (queued.kind() == Kind.BULK) {
            bulk.release();
        }
        queued.written().complete(null);
    }

    private static String reason(Throwable e) {
        return isFencing(e)
                ? "another trainer has the run, or a transaction stood open for longer than "
                        + TRANSACTION_MILLIS / 1000 + " s"
                : e.toString();
    }

    private static boolean isFencing(Throwable e) {
        return e instanceof ProducerFencedException || e instanceof InvalidProducerEpochException;
    }
}
