package io.saddle.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.schema.ModelSnapshot;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class RecordWorkTest {

    private static final String TOPIC = Topics.SNAPSHOTS.name();

    private final ConsumerRecord<byte[], byte[]> raw = new ConsumerRecord<>(TOPIC, 0, 7, new byte[0], new byte[0]);
    private final BatchProgress progress =
            new BatchProgress(new ConsumerRecords<>(Map.of(new TopicPartition(TOPIC, 0), List.of(raw)), Map.of()));
    private final WorkWatch watch = new WorkWatch(Duration.ofHours(1), () -> 0);

    /** Each orderly end with a snapshot in hand was an error in the log, and another try that never came. */
    @Test
    void anInterruptionIsTheEndAndNoFailureOfTheRecord() {
        RecordHandler<ModelSnapshot> interrupted = new RecordHandler<>() {
            @Override
            public void handle(Received<ModelSnapshot> record) throws InterruptedException {
                throw new InterruptedException();
            }

            @Override
            public void givenUp(Received<ModelSnapshot> record, Exception why) {}
        };
        RecordWork<ModelSnapshot> work = new RecordWork<>(
                Topics.SNAPSHOTS, "a-group", null, interrupted, watch, Duration.ofHours(1), () -> true);
        Received<ModelSnapshot> received =
                new Received<>(TOPIC, 0, 7, 0, "r", new ModelSnapshot(), new RecordHeaders());

        assertTimeoutPreemptively(
                Duration.ofSeconds(30),
                () -> assertThrows(
                        InterruptedException.class,
                        () -> work.workOn(List.of(new RecordWork.Task<>(received, raw)), progress)));
        assertEquals(Map.of(), progress.toCommit());
        assertEquals(Optional.empty(), watch.obstacle());
    }

    @Test
    void whatIsForLaterIsTriedAgainAsOftenAsItTakesAndIsNoFailure() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        RecordHandler<ModelSnapshot> later = new RecordHandler<>() {
            @Override
            public void handle(Received<ModelSnapshot> record) throws RetryLaterException {
                if (tries.incrementAndGet() < 10) {
                    throw new RetryLaterException("not now", Duration.ofMillis(1));
                }
            }

            @Override
            public void givenUp(Received<ModelSnapshot> record, Exception why) {
                throw new AssertionError("given up", why);
            }
        };
        new RecordWork<>(Topics.SNAPSHOTS, "a-group", null, later, watch, Duration.ofHours(1), () -> true)
                .workOn(List.of(task()), progress);
        assertEquals(10, tries.get());
        assertEquals(1, progress.toCommit().size());
        assertEquals(Optional.empty(), watch.obstacle());
    }

    /** The group waits for a member that gives up a partition: not as long as a receiver asks for. */
    @Test
    void aWaitEndsWithTheWorker() {
        AtomicBoolean goesOn = new AtomicBoolean(true);
        RecordHandler<ModelSnapshot> later = new RecordHandler<>() {
            @Override
            public void handle(Received<ModelSnapshot> record) throws RetryLaterException {
                goesOn.set(false);
                throw new RetryLaterException("not now", Duration.ofHours(1));
            }

            @Override
            public void givenUp(Received<ModelSnapshot> record, Exception why) {}
        };
        assertTimeoutPreemptively(
                Duration.ofSeconds(30),
                () -> new RecordWork<>(
                                Topics.SNAPSHOTS, "a-group", null, later, watch, Duration.ofHours(1), goesOn::get)
                        .workOn(List.of(task()), progress));
        assertEquals(Map.of(), progress.toCommit());
    }

    /** Snapshots of the other weights came between those that failed, and each was taken for one that had gone well. */
    @Test
    void whatAsksForNoWorkIsPassedOverAndTellsNothingOfHowItGoes() throws Exception {
        for (int i = 0; i < 3; i++) {
            watch.begin("failed");
            watch.failed(new IOException("no such judge"));
            watch.givenUp();
        }
        RecordHandler<ModelSnapshot> others = new RecordHandler<>() {
            @Override
            public boolean concerns(Received<ModelSnapshot> record) {
                return false;
            }

            @Override
            public void handle(Received<ModelSnapshot> record) {
                throw new AssertionError("handled");
            }

            @Override
            public void givenUp(Received<ModelSnapshot> record, Exception why) {
                throw new AssertionError("given up", why);
            }
        };
        new RecordWork<>(Topics.SNAPSHOTS, "a-group", null, others, watch, Duration.ofHours(1), () -> true)
                .workOn(List.of(task()), progress);
        assertEquals(1, progress.toCommit().size());
        assertTrue(
                watch.obstacle().orElse("").contains("the last 3 records were given up"), watch.obstacle()::toString);
    }

    private RecordWork.Task<ModelSnapshot> task() {
        return new RecordWork.Task<>(
                new Received<>(TOPIC, 0, 7, 0, "r", new ModelSnapshot(), new RecordHeaders()), raw);
    }

    /** The only word was of the run, which had somebody start the evaluator that ran. */
    @Test
    void whatIsHinderedForLongIsToldButNotOfKafka() throws Exception {
        Try full = new Try(30, new IOException("No space left on device"));
        Try away = new Try(30, new TimeoutException("the broker is away"));
        assertEquals(
                List.of("90: No space left on device"), toldOf(List.of(full, full, full, away, new Try(30, null))));
    }

    /** A try as it goes: so many seconds, and the failure that it ends in; null if in none. */
    private record Try(long seconds, Exception failure) {}

    /** The failures that were told, each with the second of its try's end. */
    private List<String> toldOf(List<Try> tries) throws Exception {
        AtomicLong seconds = new AtomicLong();
        WorkWatch slow = new WorkWatch(
                Duration.ofHours(1), () -> Duration.ofSeconds(seconds.get()).toNanos());
        Iterator<Try> next = tries.iterator();
        List<String> told = new ArrayList<>();
        RecordHandler<ModelSnapshot> handler = new RecordHandler<>() {
            @Override
            public void handle(Received<ModelSnapshot> record) throws Exception {
                Try now = next.next();
                seconds.addAndGet(now.seconds());
                if (now.failure() != null) {
                    throw now.failure();
                }
            }

            @Override
            public void hindered(Received<ModelSnapshot> record, Exception why) {
                told.add(seconds.get() + ": " + why.getMessage());
            }

            @Override
            public void givenUp(Received<ModelSnapshot> record, Exception why) {
                throw new AssertionError("given up", why);
            }
        };
        new RecordWork<>(Topics.SNAPSHOTS, "a-group", null, handler, slow, Duration.ofMillis(1), () -> true)
                .workOn(List.of(task()), progress);
        assertFalse(next.hasNext(), "every try was made");
        return told;
    }

    /** An evaluation takes minutes: its first failure was an error to everybody, though the next try went well. */
    @Test
    void aLongTryThatFailsOnceIsNotToldToHaveFailedForLong() throws Exception {
        assertEquals(
                List.of(),
                toldOf(List.of(new Try(120, new IOException("No space left on device")), new Try(120, null))));
    }

    @Test
    void whatFailsForOverAMinuteIsTold() throws Exception {
        IOException full = new IOException("No space left on device");
        assertEquals(
                List.of("101: No space left on device"),
                toldOf(List.of(new Try(20, full), new Try(40, full), new Try(41, full), new Try(30, null))));
    }

    /** What waits for the answer to a record has Kafka's failure as a cause only; each try then stood for the alert, too. */
    @Test
    void kafkaThatIsAwayIsNotToldWhateverWrapsIt() throws Exception {
        Exception away = new ExecutionException(new TimeoutException("the broker is away"));
        assertEquals(
                List.of(),
                toldOf(List.of(
                        new Try(60, away), new Try(60, away), new Try(60, away), new Try(60, away), new Try(1, null))));
    }
}
