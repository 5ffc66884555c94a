package io.saddle.lab.soak;

import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Received;
import io.saddle.kafka.TopicReader;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Reads the updates of some runs as they are committed, has each checked, and times it. */
final class UpdateObserver implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LOOK_EVERY_MILLIS = 50;

    /**
     * Milliseconds from the production of the estimate that an update was made of, the last one of its snapshot.
     *
     * @param made until the dual step was made
     * @param seen until a consumer of committed records had the update
     */
    record Delays(Lags made, Lags seen) {

        private static Delays none() {
            return new Delays(new Lags(), new Lags());
        }
    }

    private final Map<String, ? extends Consumer<MultiplierUpdate>> checks;
    private final Map<Integer, Long> offsets = new HashMap<>();
    private final TopicReader reader;
    private Delays delays = Delays.none();
    private long updates;

    /** @param checks take the updates, by run; those of other runs are passed over */
    UpdateObserver(KafkaSettings kafka, Map<String, ? extends Consumer<MultiplierUpdate>> checks) {
        this.checks = Map.copyOf(checks);
        reader = new TopicReader(
                        kafka,
                        kafka.serdes(),
                        "saddle-load-" + UUID.randomUUID(),
                        (topic, record, reason) -> CompletableFuture.completedFuture(null))
                .on(Topics.MULTIPLIERS, this::take)
                .start();
    }

    /** The updater gives an update the timestamp of the estimate that it was made of. */
    private synchronized void take(Received<MultiplierUpdate> received) {
        Consumer<MultiplierUpdate> check = checks.get(received.key());
        // A reader that has lost its broker begins again from the beginning.
        boolean again = received.offset() <= offsets.getOrDefault(received.partition(), -1L);
        if (check == null || again) {
            return;
        }
        offsets.put(received.partition(), received.offset());
        updates++;
        check.accept(received.value());
        delays.made().add(received.value().getUpdatedAt().toEpochMilli() - received.timestamp());
        delays.seen().add(System.currentTimeMillis() - received.timestamp());
    }

    synchronized long updates() {
        return updates;
    }

    /** The delays since this was asked last. */
    synchronized Delays delays() {
        Delays since = delays;
        delays = Delays.none();
        return since;
    }

    /** The answer to a question about the checks, while no update is checked. */
    synchronized <T> T between(Supplier<T> question) {
        return question.get();
    }

    /** Returns when so many updates have come, or none has for a minute. */
    void await(long wanted) throws InterruptedException {
        long before = -1;
        long deadline = 0;
        for (long now = updates(); now < wanted; now = updates()) {
            if (now > before) {
                before = now;
                deadline = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() > deadline) {
                return;
            }
            Thread.sleep(LOOK_EVERY_MILLIS);
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
