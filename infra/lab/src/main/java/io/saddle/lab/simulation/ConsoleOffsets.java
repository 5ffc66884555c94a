package io.saddle.lab.simulation;

import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The offsets up to which a console has read. */
public final class ConsoleOffsets {

    private static final String GROUP = "saddle-console";
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
        var ends = admin.listOffsets(wanted).all().get();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Map<TopicPartition, OffsetAndMetadata> read = admin.listConsumerGroupOffsets(GROUP)
                    .partitionsToOffsetAndMetadata()
                    .get();
            if (ends.entrySet().stream()
                    .allMatch(end -> read.get(end.getKey()) != null
                            && read.get(end.getKey()).offset() >= end.getValue().offset())) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the console has not read what stands on the topics after "
                        + PATIENCE.toMinutes() + " minutes; see its log");
            }
            Thread.sleep(LOOK_EVERY.toMillis());
        }
    }
}
