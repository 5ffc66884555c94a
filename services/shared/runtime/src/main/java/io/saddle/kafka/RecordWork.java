package io.saddle.kafka;

import io.saddle.topic.Topic;
import io.saddle.tracing.RecordTracing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The tries of one record after the other, and the fate of each: done, given up to the dead letters, or cut off. One thread.
 *
 * @param <T> the topic's value
 */
final class RecordWork<T extends SpecificRecord> {

    /** A record that is to be worked on, as it was read and as it came. */
    record Task<T extends SpecificRecord>(Received<T> received, ConsumerRecord<byte[], byte[]> raw) {

        String name() {
            return raw.topic() + "-" + raw.partition() + "@" + raw.offset();
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(RecordWork.class);
    private static final int TRIES = 3;
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final Topic<T> topic;
    private final String groupId;
    private final DeadLetters deadLetters;
    private final RecordHandler<T> handler;
    private final WorkWatch watch;
    private final Duration beforeNextTry;
    private final BooleanSupplier goesOn;

    /** @param goesOn false once nothing more is to be tried */
    RecordWork(
            Topic<T> topic,
            String groupId,
            DeadLetters deadLetters,
            RecordHandler<T> handler,
            WorkWatch watch,
            Duration beforeNextTry,
            BooleanSupplier goesOn) {
        this.topic = topic;
        this.groupId = groupId;
        this.deadLetters = deadLetters;
        this.handler = handler;
        this.watch = watch;
        this.beforeNextTry = beforeNextTry;
        this.goesOn = goesOn;
    }

    /** Works on all that came together, the keys by turns. */
    void workOn(List<Task<T>> batch, BatchProgress progress) throws ExecutionException, InterruptedException {
        handler.begin(batch.stream().map(Task::received).toList());
        for (Task<T> task : RoundRobin.of(batch, task -> task.received().key())) {
            workOn(task, progress);
        }
    }

    /** Leaves it where it is another member's. */
    private void workOn(Task<T> task, BatchProgress progress) throws ExecutionException, InterruptedException {
        if (!goesOn.getAsBoolean() || !progress.begin(task.raw())) {
            return;
        }
        if (!handler.concerns(task.received())) {
            progress.end(task.raw(), true);
            return;
        }
        boolean done = false;
        watch.begin(task.name());
        try {
            done = isDone(task, progress);
        } finally {
            watch.leftOff();
            progress.end(task.raw(), done);
        }
    }

    /** False if it was cut off: somebody else does it. */
    private boolean isDone(Task<T> task, BatchProgress progress) throws ExecutionException, InterruptedException {
        Received<T> record = task.received();
        Tried tried = insist(
                task,
                progress,
                () -> RecordTracing.process(
                        topic.name(), record.key(), record.headers(), () -> handler.handle(record)));
        if (tried == Tried.DONE) {
            watch.done();
        } else if (tried.givenUp() != null) {
            Exception failure = tried.givenUp();
            tried = insist(task, progress, () -> handler.givenUp(record, failure));
            if (!tried.cutOff()) {
                deadLetters
                        .reject(topic, task.raw(), new Rejection(failure.toString(), failure, groupId))
                        .get();
                if (Fault.of(failure) == Fault.RECORD) {
                    watch.givenUp();
                }
            }
        }
        return !tried.cutOff();
    }

    /**
     * The end of the tries of a step.
     *
     * @param cutOff true if the worker ended, or the partition went to another member, before the step was done
     * @param givenUp the failure that no other try would change; null if it was not given up
     */
    private record Tried(boolean cutOff, Exception givenUp) {
        static final Tried DONE = new Tried(false, null);
        static final Tried CUT_OFF = new Tried(true, null);
    }

    private interface Step {
        void run() throws Exception;
    }

    /** @throws InterruptedException in the step or a pause: the worker is told to end, and nothing of the record may be committed */
    private Tried insist(Task<T> task, BatchProgress progress, Step step) throws InterruptedException {
        int failures = 0;
        String said = "";
        while (goesOn.getAsBoolean() && progress.isOurs(task.raw())) {
            Exception failure = failure(step);
            if (failure == null) {
                return Tried.DONE;
            }
            if (failure instanceof RetryLaterException later) {
                LOG.atLevel(later.waitingTime().isZero() ? Level.DEBUG : Level.WARN)
                        .log(
                                "{}: {} waits {} s: {}",
                                groupId,
                                task.name(),
                                later.waitingTime().toSeconds(),
                                later.getMessage());
                pause(task, progress, later.waitingTime());
                continue;
            }
            Fault fault = Fault.of(failure);
            if (fault == Fault.REFUSED) {
                LOG.warn("{}: {} is refused: {}", groupId, task.name(), failure.getMessage());
                return new Tried(false, failure);
            }
            watch.failed(failure);
            boolean last = fault == Fault.RECORD && ++failures == TRIES;
            String next = last ? "given up" : "next try in " + beforeNextTry.toSeconds() + " s";
            if (said.equals(failure.toString())) {
                LOG.error("{}: {} failed the same way, {}", groupId, task.name(), next);
            } else {
                LOG.error("{}: {} failed, {}", groupId, task.name(), next, failure);
                said = failure.toString();
            }
            if (last) {
                return new Tried(false, failure);
            }
            if (fault == Fault.ENVIRONMENT && watch.hasFailedForLong() && !isOfKafka(failure)) {
                tell(task, failure);
            }
            Thread.sleep(beforeNextTry.toMillis());
        }
        return Tried.CUT_OFF;
    }

    /** Through the causes: who waits for the answer to a record has it wrapped. */
    private static boolean isOfKafka(Exception failure) {
        Throwable at = failure;
        while (at != null && !(at instanceof KafkaException)) {
            at = at.getCause() == at ? null : at.getCause();
        }
        return at != null;
    }

    private void tell(Task<T> task, Exception failure) throws InterruptedException {
        try {
            handler.hindered(task.received(), failure);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.warn("{}: that {} is hindered could not be told: {}", groupId, task.name(), e.toString());
        }
    }

    /** As long as the record is this member's to try again. */
    private void pause(Task<T> task, BatchProgress progress, Duration wait) throws InterruptedException {
        long end = System.nanoTime() + wait.toNanos();
        long left = wait.toNanos();
        while (left > 0 && goesOn.getAsBoolean() && progress.isOurs(task.raw())) {
            TimeUnit.NANOSECONDS.sleep(Math.min(left, LOOK_EVERY.toNanos()));
            left = end - System.nanoTime();
        }
    }

    /** Null if there is none. An error of the machine is one, too: the worker does not end by it. */
    private static Exception failure(Step step) throws InterruptedException {
        try {
            step.run();
            return null;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            return e;
        } catch (LinkageError | OutOfMemoryError | InternalError e) {
            return new IllegalStateException(e.toString(), e);
        }
    }
}
