package io.saddle.lab.soak;

import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.RecordHistory;
import io.saddle.kafka.TopicHistory;
import io.saddle.schema.Alert;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.SnapshotWeights;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;

/**
 * All that stands on the topics of one run, in the order of each topic, what was said twice twice: what a run is audited by.
 */
record RunLog(
        String runId,
        List<GradientSummary> summaries,
        List<MultiplierUpdate> updates,
        List<ModelSnapshot> snapshots,
        List<LossEstimate> estimates,
        List<Alert> alerts) {

    /** Reads the topics from their beginning to where they end now; committed records only. */
    static RunLog read(KafkaSettings kafka, String runId) {
        RecordHistory past = new TopicHistory(kafka, kafka.serdes());
        return new RunLog(
                runId,
                read(past, Topics.GRADIENT_SUMMARIES, GradientSummary::getRunId, runId),
                read(past, Topics.MULTIPLIERS, MultiplierUpdate::getRunId, runId),
                read(past, Topics.SNAPSHOTS, ModelSnapshot::getRunId, runId),
                read(past, Topics.LOSS_ESTIMATES, LossEstimate::getRunId, runId),
                read(past, Topics.ALERTS, Alert::getRunId, runId));
    }

    private static <T extends SpecificRecord> List<T> read(
            RecordHistory past, Topic<T> topic, Function<T, String> run, String runId) {
        List<T> values = new ArrayList<>();
        past.forEach(topic, RunPartitioner.partition(runId, topic.partitions()), value -> {
            if (runId.equals(run.apply(value))) {
                values.add(value);
            }
        });
        return values;
    }

    /** Each dual step's multipliers, to the bit, in the order of the topic. */
    List<String> trajectory() {
        return updates.stream()
                .flatMap(update -> update.getConstraints().stream()
                        .map(row -> update.getDualStep() + " " + row.getConstraintId() + " "
                                + Long.toHexString(Double.doubleToRawLongBits(row.getAfter()))))
                .toList();
    }

    /** The digest of the finished model's weights; empty if there is none. */
    Optional<String> finalWeights() {
        return snapshots.stream()
                .filter(snapshot -> snapshot.getLast() && snapshot.getWeights() == SnapshotWeights.EMA)
                .map(snapshot -> snapshot.getArtifact().getSha256())
                .reduce((first, second) -> second);
    }
}
