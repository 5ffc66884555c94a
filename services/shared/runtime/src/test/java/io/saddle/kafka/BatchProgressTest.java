package io.saddle.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class BatchProgressTest {

    private static final TopicPartition PARTITION = new TopicPartition("t", 3);
    private static final ConsumerRecord<String, String> RECORD = new ConsumerRecord<>("t", 3, 5, "k", "v");

    private final BatchProgress progress =
            new BatchProgress(new ConsumerRecords<>(Map.of(PARTITION, List.of(RECORD)), Map.of()));

    /** As the consumer hands them over: a set that knows no null. */
    private static SortedSet<TopicPartition> revoked() {
        SortedSet<TopicPartition> partitions =
                new TreeSet<>(Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition));
        partitions.add(PARTITION);
        return partitions;
    }

    /** The callback failed, the member began again seconds later, and what it had done was not committed. */
    @Test
    void partitionsAreLeftWhereNothingIsInHand() throws Exception {
        progress.leave(revoked(), Duration.ofMinutes(1));
        assertFalse(progress.begin(RECORD), "nothing more of it is begun");
    }

    @Test
    void theyAreLeftWhenTheRecordInHandIsDone() throws Exception {
        assertTrue(progress.begin(RECORD));
        CompletableFuture<Void> left = new CompletableFuture<>();
        Thread poll = new Thread(() -> {
            try {
                progress.leave(revoked(), Duration.ofMinutes(1));
                left.complete(null);
            } catch (Exception e) {
                left.completeExceptionally(e);
            }
        });
        poll.start();
        while (poll.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        assertFalse(left.isDone());
        progress.end(RECORD, true);
        left.get(30, TimeUnit.SECONDS);
        assertTrue(progress.toCommit().containsKey(PARTITION), "what is done can be committed before it goes");
    }

    /** When the consumer is closed the partitions are left before anybody asks. */
    @Test
    void whatIsNotDoneIsKnownUntilItIsLeft() {
        assertEquals(Map.of(PARTITION, 5L), progress.unfinished());
        assertEquals(Map.of(PARTITION, 5L), progress.done());
        assertTrue(progress.begin(RECORD));
        progress.end(RECORD, true);
        assertEquals(Map.of(), progress.unfinished());
        assertEquals(Map.of(PARTITION, 6L), progress.done());
        progress.left(revoked());
        assertEquals(Map.of(), progress.done());
    }
}
