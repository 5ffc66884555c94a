package io.saddle.console.history;

import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.TopicReader;
import io.saddle.serde.Serdes;
import io.saddle.service.ServiceComponent;
import io.saddle.topic.ConsumerGroups;
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Every run's past. What the console keeps anyway it is told; what is only drawn it reads from the topics' beginning with a reader
 * of its own, for what is wanted and what is going on is known long before that has been read.
 */
@ApplicationScoped
public class RunHistories implements ServiceComponent {

    /** Of the heap, what curves may take: the rest is for the runs' records, for answers and for Kafka's clients. */
    private static final double CURVES_SHARE = 0.4;

    private final CurveRoom room =
            new CurveRoom((long) (CURVES_SHARE * Runtime.getRuntime().maxMemory()));
    private final Map<String, PageHistory> runs = new ConcurrentHashMap<>();
    private final TopicReader reader;

    public RunHistories(KafkaSettings kafka, Serdes serdes, DeadLetters deadLetters) {
        this.reader = new TopicReader(kafka, serdes, ConsumerGroups.CONSOLE_HISTORY, deadLetters)
                .onValue(Topics.ALERTS, alert -> {
                    // Others are of a service, or of a pipeline's execution.
                    if (!alert.getRunId().isEmpty()) {
                        of(alert.getRunId()).add(alert);
                    }
                })
                .onValue(
                        Topics.LOSS_ESTIMATES,
                        estimate -> of(estimate.getRunId()).add(estimate))
                .onValue(
                        Topics.GRADIENT_SUMMARIES,
                        summary -> of(summary.getRunId()).curves().add(CurvePoints.of(summary)));
    }

    /** A run's past, to be told more of. */
    public PageHistory of(String runId) {
        return runs.computeIfAbsent(runId, id -> new PageHistory(room));
    }

    /** A run's past; empty if nothing was said of it yet. */
    public Optional<PageHistory> find(String runId) {
        return Optional.ofNullable(runs.get(runId));
    }

    /** Forgets runs of which nobody will ask any more; what comes of one later begins a past of its own. */
    public void forget(Predicate<String> gone) {
        runs.forEach((runId, history) -> {
            if (gone.test(runId) && runs.remove(runId, history)) {
                history.curves().end();
            }
        });
    }

    /** True if all that stood on the topics at the start is there. */
    public boolean isComplete() {
        return reader.isCaughtUp();
    }

    @Override
    public void start() {
        reader.start();
    }

    @Override
    public void stop() {
        reader.close();
    }

    @Override
    public Optional<String> obstacle() {
        return reader.obstacle();
    }
}
