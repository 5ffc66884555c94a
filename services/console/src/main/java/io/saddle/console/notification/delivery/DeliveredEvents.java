package io.saddle.console.notification.delivery;

import io.saddle.kafka.CatchUpReader;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Received;
import io.saddle.schema.Notification;
import io.saddle.schema.NotificationOutcome;
import io.saddle.schema.NotificationResult;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

/** The notifications of a channel that its receiver has taken, by their results, which stand on the same partition. */
public final class DeliveredEvents implements AutoCloseable {

    /** How far clocks may be apart. */
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);

    private static final Duration FORGET_EVERY = Duration.ofHours(1);

    private final CatchUpReader<NotificationResult> results;
    private final Clock clock;
    /**
     * By partition the times by event id, about 100 bytes each, for as long as results are kept: a topology that reads its topics anew finds
     * what has happened in another order than it did, and an old one after a new one.
     */
    private final Map<Integer, Map<String, Instant>> delivered = new HashMap<>();

    private Instant forgotten = Instant.EPOCH;

    /** @param clock by which results are forgotten when their topic has */
    public DeliveredEvents(KafkaSettings kafka, Serdes serdes, String channel, Clock clock) {
        this.clock = clock;
        results = new CatchUpReader<>(kafka, serdes, Topics.NOTIFICATION_RESULTS, received -> {
            NotificationResult result = received.value();
            if (result.getChannel().equals(channel) && result.getOutcome() == NotificationOutcome.DELIVERED) {
                of(received.partition()).put(result.getEventId(), result.getEndedAt());
            }
        });
    }

    /** Whether anybody has delivered it, as far as that is durable. */
    public synchronized boolean has(Received<Notification> received) throws InterruptedException {
        Notification notification = received.value();
        Instant since = notification.getOccurredAt().minus(CLOCK_SKEW);
        results.catchUp(received.partition(), since.toEpochMilli());
        forget();
        return of(received.partition()).containsKey(notification.getEventId());
    }

    private void forget() {
        Instant now = clock.instant();
        if (now.isBefore(forgotten.plus(FORGET_EVERY))) {
            return;
        }
        forgotten = now;
        Instant oldest = now.minus(Topics.NOTIFICATION_RESULTS.retentionDays(), ChronoUnit.DAYS);
        delivered.values().forEach(times -> times.values().removeIf(oldest::isAfter));
    }

    private Map<String, Instant> of(int partition) {
        return delivered.computeIfAbsent(partition, any -> new HashMap<>());
    }

    @Override
    public synchronized void close() {
        results.close();
    }
}
