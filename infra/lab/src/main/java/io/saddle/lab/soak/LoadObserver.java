package io.saddle.lab.soak;

import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Received;
import io.saddle.kafka.TopicReader;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.topic.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Reads the updates of a load's runs as they are committed, and checks each. */
final class LoadObserver implements AutoCloseable {

    private final Map<String, TrajectoryCheck> checks = new LinkedHashMap<>();
    private final Map<Integer, Long> offsets = new HashMap<>();
    private final Lags made = new Lags();
    private final Lags seen = new Lags();
    private final TopicReader reader;
    private long updates;

    LoadObserver(KafkaSettings kafka, EstimatePlan plan) {
        plan.runIds().forEach(runId -> checks.put(runId, new TrajectoryCheck(plan)));
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
        TrajectoryCheck check = checks.get(received.key());
        // A reader that has lost its broker begins again from the beginning.
        boolean again = received.offset() <= offsets.getOrDefault(received.partition(), -1L);
        if (check == null || again) {
            return;
        }
        offsets.put(received.partition(), received.offset());
        updates++;
        check.add(received.value());
        made.add(received.value().getUpdatedAt().toEpochMilli() - received.timestamp());
        seen.add(System.currentTimeMillis() - received.timestamp());
    }

    synchronized long updates() {
        return updates;
    }

    synchronized LoadResult result(EstimatePlan plan, long estimates, long repeats, double sendSeconds) {
        List<String> problems = new ArrayList<>();
        checks.forEach((runId, check) -> {
            problems.addAll(check.problems());
            long wanted = plan.count(runId, estimates);
            if (check.dualStep() != wanted) {
                problems.add("run " + runId + " ended at dual step " + check.dualStep() + ", not at " + wanted);
            }
        });
        return new LoadResult(
                estimates,
                repeats,
                updates,
                sendSeconds,
                made.quantile(0.5),
                made.quantile(0.99),
                seen.quantile(0.5),
                seen.quantile(0.99),
                problems);
    }

    @Override
    public void close() {
        reader.close();
    }
}
