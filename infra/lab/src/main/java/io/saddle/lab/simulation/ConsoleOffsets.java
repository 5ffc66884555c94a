package io.saddle.lab.simulation;

import io.saddle.topic.ConsumerGroups;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** The offsets up to which a console has read. */
public final class ConsoleOffsets {

    /** A topic may be read by one or by several. */
    private static final List<String> GROUPS = List.of(
            ConsumerGroups.CONSOLE,
            ConsumerGroups.CONSOLE_DUAL_STEPS,
            ConsumerGroups.CONSOLE_HISTORY,
            ConsumerGroups.CONSOLE_AUDIT);

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private ConsoleOffsets() {}

    /**
     * Waits until it has committed all that stands on the topics now; it commits every few seconds.
     *
     * @throws IllegalStateException if it has not after 10 minutes
     */
    public static void awaitRead(Admin admin) throws InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        for (Topic<?> topic : Topics.all()) {
            for (int partition = 0; partition < topic.partitions(); partition++) {
                wanted.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
            }
        }
        Map<TopicPartition, Long> ends = new HashMap<>();
        admin.listOffsets(wanted).all().get().forEach((partition, end) -> ends.put(partition, end.offset()));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            List<TopicPartition> unread = unread(admin, ends);
            if (unread.isEmpty()) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the console has not read what stands on " + unread + " after "
                        + PATIENCE.toMinutes() + " minutes; see its log");
            }
            Thread.sleep(LOOK_EVERY.toMillis());
        }
    }

    private static List<TopicPartition> unread(Admin admin, Map<TopicPartition, Long> ends)
            throws InterruptedException, ExecutionException {
        Map<TopicPartition, Long> read = new HashMap<>();
        for (String group : GROUPS) {
            admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .forEach((partition, committed) -> read.merge(partition, committed.offset(), Math::min));
        }
        return ends.keySet().stream()
                .filter(partition -> read.getOrDefault(partition, -1L) < ends.get(partition))
                .sorted(Comparator.comparing(TopicPartition::toString))
                .toList();
    }
}
