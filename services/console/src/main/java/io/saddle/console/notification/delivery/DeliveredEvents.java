package io.saddle.console.notification.delivery;

import io.saddle.kafka.CatchUpReader;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Received;
import io.saddle.schema.Notification;
import io.saddle.schema.NotificationOutcome;
import io.saddle.schema.NotificationResult;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The notifications of a channel that its receiver has taken, by their results, which stand on the same partition. */
final class DeliveredEvents implements AutoCloseable {

    /** How far clocks may be apart. */
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);

    private final CatchUpReader<NotificationResult> results;
    /** By partition the times by event id, about 100 bytes each, in the order of the results. */
    private final Map<Integer, Map<String, Instant>> delivered = new HashMap<>();

    DeliveredEvents(KafkaSettings kafka, Serdes serdes, String channel) {
        results = new CatchUpReader<>(kafka, serdes, Topics.NOTIFICATION_RESULTS, received -> {
            NotificationResult result = received.value();
            if (result.getChannel().equals(channel) && result.getOutcome() == NotificationOutcome.DELIVERED) {
                of(received.partition()).put(result.getEventId(), result.getEndedAt());
            }
        });
    }

    /** Whether anybody has delivered it, as far as that is durable. */
    synchronized boolean has(Received<Notification> received) throws InterruptedException {
        Notification notification = received.value();
        Instant since = notification.getOccurredAt().minus(CLOCK_SKEW);
        results.catchUp(received.partition(), since.toEpochMilli());
        Map<String, Instant> known = of(received.partition());
        // What comes later on this partition has happened later.
        for (Iterator<Instant> times = known.values().iterator();
                times.hasNext() && times.next().isBefore(since); ) {
            times.remove();
        }
        return known.containsKey(notification.getEventId());
    }

    private Map<String, Instant> of(int partition) {
        return delivered.computeIfAbsent(partition, any -> new LinkedHashMap<>());
    }

    @Override
    public synchronized void close() {
        results.close();
    }
}
