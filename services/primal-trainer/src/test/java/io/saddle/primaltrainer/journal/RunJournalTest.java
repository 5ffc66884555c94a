package io.saddle.primaltrainer.journal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.kafka.Samples;
import io.saddle.kafka.SharedCluster;
import io.saddle.schema.Alert;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

/** The journal against a real broker. */
class RunJournalTest {

    private final String run = "journal-" + UUID.randomUUID();
    private volatile boolean patient = true;

    private RunJournal open() {
        return open(run);
    }

    private RunJournal open(String runId) {
        return new RunJournal(SharedCluster.settings(), SharedCluster.serdes(), runId, new Trouble(runId));
    }

    private RunJournal gathering(Duration time) {
        return new RunJournal(SharedCluster.settings(), SharedCluster.serdes(), run, new Trouble(run), time);
    }

    private final class Trouble implements RunJournal.FileFailure {
        private final String runId;

        Trouble(String runId) {
            this.runId = runId;
        }

        @Override
        public Journal.Entry words(IOException failure) {
            return out -> out.send(Topics.ALERTS, runId, Samples.alert(runId, "trouble: " + failure.getMessage()));
        }

        @Override
        public boolean mayTryAgain() {
            return patient;
        }
    }

    private Journal.Entry alert(String message) {
        return out -> out.send(Topics.ALERTS, run, Samples.alert(run, message));
    }

    private List<String> visible() {
        return SharedCluster.values(Topics.ALERTS, run).stream()
                .map(Alert::getMessage)
                .toList();
    }

    private static int partition(String runId) {
        return RunPartitioner.partition(runId, Topics.ALERTS.partitions());
    }

    private static Throwable failure(CompletableFuture<Void> written) {
        return assertThrows(ExecutionException.class, () -> written.get(60, TimeUnit.SECONDS))
                .getCause();
    }

    @Test
    void whatWasFlushedIsVisibleInOrderToWhoReadsCommittedRecords() throws Exception {
        try (RunJournal journal = open()) {
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                journal.append(alert("m" + i));
                expected.add("m" + i);
            }
            journal.flush();
            assertEquals(expected, visible());
        }
    }

    @Test
    void whatNobodyWaitsForGoesOutWithWhatSomebodyDoes() throws Exception {
        try (RunJournal journal = gathering(Duration.ofHours(1))) {
            CompletableFuture<Void> gathered = journal.appendGathered(alert("gathered"));
            CompletableFuture<Void> more = journal.appendGathered(alert("more"));
            assertFalse(gathered.isDone() || more.isDone());
            journal.append(alert("said")).get(30, TimeUnit.SECONDS);
            assertTrue(gathered.isDone() && more.isDone());
            assertEquals(List.of("gathered", "more", "said"), visible());

            journal.appendGathered(alert("before"));
            journal.appendAlone(alert("alone")).get(30, TimeUnit.SECONDS);
            assertEquals(List.of("gathered", "more", "said", "before", "alone"), visible());
        }
    }

    @Test
    void whatNobodyWaitsForGoesOutInTheEnd() throws Exception {
        try (RunJournal journal = open()) {
            journal.appendGathered(alert("gathered")).get(30, TimeUnit.SECONDS);
            assertEquals(List.of("gathered"), visible());
        }
    }

    @Test
    void closingWritesWhatIsQueued() throws Exception {
        try (RunJournal journal = gathering(Duration.ofHours(1))) {
            journal.appendGathered(alert("last"));
        }
        assertEquals(List.of("last"), visible());
    }

    @Test
    void whatIsDoneAgainAfterAFailedTransactionIsVisibleOnce() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        try (RunJournal journal = open()) {
            CompletableFuture<Void> written = journal.append(out -> {
                alert("once").write(out);
                if (tries.incrementAndGet() == 1) {
                    throw new KafkaException("the broker went away");
                }
            });
            written.get(30, TimeUnit.SECONDS);
            assertEquals(2, tries.get());
            assertEquals(List.of("once"), visible());
        }
    }

    @Test
    void aSecondJournalOfARunFencesTheFirst() throws Exception {
        try (RunJournal zombie = open()) {
            zombie.append(alert("of the first")).get(30, TimeUnit.SECONDS);
            try (RunJournal next = open()) {
                next.append(alert("of the second")).get(30, TimeUnit.SECONDS);

                Throwable refused = failure(zombie.append(alert("of a zombie")));

                assertInstanceOf(RunJournal.JournalClosedException.class, refused);
                assertTrue(refused.getMessage().contains("another trainer has the run"), refused.getMessage());
                assertThrows(RunJournal.JournalClosedException.class, () -> zombie.append(alert("again")));
                assertThrows(RunJournal.JournalClosedException.class, () -> zombie.appendBulk(alert("bulk")));
                assertThrows(RunJournal.JournalClosedException.class, zombie::flush);
                next.append(alert("goes on")).get(30, TimeUnit.SECONDS);
            }
        }
        assertEquals(List.of("of the first", "of the second", "goes on"), visible());
    }

    @Test
    void whatTheFirstHasUnderWayWhenItIsFencedIsNeverVisible() throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        CountDownLatch fenced = new CountDownLatch(1);
        try (RunJournal zombie = open()) {
            CompletableFuture<Void> written = zombie.append(out -> {
                out.send(Topics.ALERTS, run, Samples.alert(run, "under way")).get();
                sent.countDown();
                fenced.await();
            });
            sent.await();
            try (RunJournal next = open()) {
                fenced.countDown();
                assertInstanceOf(RunJournal.JournalClosedException.class, failure(written));
                next.append(alert("of the second")).get(30, TimeUnit.SECONDS);
            }
        }
        assertEquals(List.of("of the second"), visible());
    }

    @Test
    void runsDoNotFenceEachOther() throws Exception {
        try (RunJournal one = open();
                RunJournal other = open(run + "-other")) {
            other.flush();
            one.append(alert("still mine")).get(30, TimeUnit.SECONDS);
        }
        assertEquals(List.of("still mine"), visible());
    }

    @Test
    void aFileThatCannotBeWrittenIsSaidAndTriedAgainUntilThereIsRoom() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        try (RunJournal journal = open()) {
            CompletableFuture<Void> written = journal.appendBulk(out -> {
                alert("announced").write(out);
                if (tries.incrementAndGet() < 3) {
                    throw new IOException("no space left on device");
                }
            });
            journal.append(alert("behind it"));
            written.get(30, TimeUnit.SECONDS);
            journal.flush();
        }
        assertEquals(
                List.of(
                        "trouble: no space left on device",
                        "trouble: no space left on device",
                        "announced",
                        "behind it"),
                visible());
    }

    @Test
    void aFileThatCannotBeWrittenWhenTheRunIsToEndHereClosesTheJournalAndAnnouncesNothing() throws Exception {
        patient = false;
        try (RunJournal journal = open()) {
            CompletableFuture<Void> written = journal.append(out -> {
                alert("never").write(out);
                throw new IOException("no space left on device");
            });
            Throwable failed = failure(written);
            assertTrue(failed.getMessage().contains("no space left on device"), failed.getMessage());
            await().untilAsserted(() -> assertThrows(RunJournal.JournalClosedException.class, journal::throwIfClosed));
        }
        String other = run + "-other";
        while (partition(other) != partition(run)) {
            other += "x";
        }
        try (RunJournal neighbour = open(other)) {
            String key = other;
            neighbour
                    .append(out -> out.send(Topics.ALERTS, key, Samples.alert(key, "behind it")))
                    .get();
        }
        assertEquals(
                1, SharedCluster.values(Topics.ALERTS, other).size(), "what others write behind it is seen at once");
        assertEquals(List.of("trouble: no space left on device"), visible());
    }

    /** Its thread ended by it, and who waited for an entry waited for ever. */
    @Test
    void anErrorThatIsNoExceptionClosesTheJournalAndTellsWhoWaits() throws Exception {
        try (RunJournal journal = open()) {
            CompletableFuture<Void> written = journal.appendBulk(out -> {
                throw new OutOfMemoryError("Cannot reserve 1073741824 bytes of direct buffer memory");
            });
            Throwable failed = failure(written);
            assertInstanceOf(RunJournal.JournalClosedException.class, failed);
            assertTrue(failed.getMessage().contains("direct buffer memory"), failed.getMessage());
            assertThrows(RunJournal.JournalClosedException.class, journal::flush);
            assertTrue(!journal.isFenced());
        }
    }

    @Test
    void whatTakesLongAloneHoldsBackNothingThatStandsBeforeIt() throws Exception {
        CountDownLatch mayGoOn = new CountDownLatch(1);
        try (RunJournal journal = open()) {
            CompletableFuture<Void> before = journal.append(alert("before"));
            CompletableFuture<Void> slow = journal.appendAlone(out -> mayGoOn.await());
            CompletableFuture<Void> behind = journal.append(alert("behind"));

            before.get(30, TimeUnit.SECONDS);
            assertEquals(List.of("before"), visible());
            assertTrue(!slow.isDone() && !behind.isDone());

            mayGoOn.countDown();
            behind.get(30, TimeUnit.SECONDS);
        }
        assertEquals(List.of("before", "behind"), visible());
    }

    @Test
    void onlySoManyCopiesOfTheModelWaitAtATime() throws Exception {
        CountDownLatch mayGoOn = new CountDownLatch(1);
        try (RunJournal journal = open()) {
            Journal.Entry slow = out -> mayGoOn.await();
            journal.appendBulk(slow);
            journal.appendBulk(slow);
            CompletableFuture<Void> third = new CompletableFuture<>();
            Thread trainer = new Thread(() -> {
                try {
                    journal.appendBulk(slow);
                    third.complete(null);
                } catch (InterruptedException | RuntimeException e) {
                    third.completeExceptionally(e);
                }
            });
            trainer.start();
            await().until(() -> trainer.getState() == Thread.State.TIMED_WAITING);
            assertTrue(!third.isDone());
            mayGoOn.countDown();
            third.get(30, TimeUnit.SECONDS);
        }
    }
}
