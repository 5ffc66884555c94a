package io.saddle.topic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.schema.Alert;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.DataSet;
import io.saddle.schema.EvaluatorAnnouncement;
import io.saddle.schema.FidScore;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.RunStatus;
import io.saddle.schema.TrainingRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** The topics of the contract, read from {@code topics.yaml}: who sets up Kafka and who uses it share this one list. */
public final class Topics {

    private static final Map<String, Topic<?>> BY_NAME = load();

    public static final Topic<TrainingRun> RUNS = of("saddle.runs", TrainingRun.class);
    public static final Topic<ConstraintDefinition> CONSTRAINTS = of("saddle.constraints", ConstraintDefinition.class);
    public static final Topic<ModelSnapshot> SNAPSHOTS = of("saddle.snapshots", ModelSnapshot.class);
    public static final Topic<GradientSummary> GRADIENT_SUMMARIES =
            of("saddle.gradient-summaries", GradientSummary.class);
    public static final Topic<LossEstimate> LOSS_ESTIMATES = of("saddle.loss-estimates", LossEstimate.class);
    public static final Topic<MultiplierUpdate> MULTIPLIERS = of("saddle.multipliers", MultiplierUpdate.class);
    public static final Topic<FidScore> FID_SCORES = of("saddle.fid-scores", FidScore.class);
    public static final Topic<RunStatus> RUN_STATUS = of("saddle.run-status", RunStatus.class);
    public static final Topic<Alert> ALERTS = of("saddle.alerts", Alert.class);
    public static final Topic<EvaluatorAnnouncement> EVALUATORS = of("saddle.evaluators", EvaluatorAnnouncement.class);
    public static final Topic<DataSet> DATASETS = of("saddle.datasets", DataSet.class);

    private Topics() {}

    /** Every topic, in the order of the list. */
    public static Collection<Topic<?>> all() {
        return BY_NAME.values();
    }

    /**
     * The topic of this name.
     *
     * @throws IllegalArgumentException if there is none; the message lists those that there are
     */
    public static Topic<?> named(String name) {
        Topic<?> topic = BY_NAME.get(name);
        if (topic == null) {
            throw new IllegalArgumentException("no topic '" + name + "'; there are " + BY_NAME.keySet());
        }
        return topic;
    }

    /** The key of a constraint's definition; definitions are partitioned by the run's id alone. */
    public static String constraintKey(String runId, String constraintId) {
        return runId + "/" + constraintId;
    }

    /** The key of a data set's version. */
    public static String dataSetKey(String name, int version) {
        return name + "@" + version;
    }

    @SuppressWarnings("unchecked")
    private static <T extends SpecificRecord> Topic<T> of(String name, Class<T> type) {
        Topic<?> topic = named(name);
        if (topic.valueType() != type) {
            throw new IllegalStateException(name + " carries " + topic.valueType() + ", not " + type);
        }
        return (Topic<T>) topic;
    }

    private static Map<String, Topic<?>> load() {
        try (InputStream in = Topics.class.getResourceAsStream("/topics.yaml")) {
            JsonNode list = new YAMLMapper().readTree(in);
            Map<String, Topic<?>> topics = new LinkedHashMap<>();
            for (JsonNode entry : list.get("topics")) {
                Topic<?> topic = parse(list, entry);
                topics.put(topic.name(), topic);
            }
            return Collections.unmodifiableMap(topics);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Topic<?> parse(JsonNode list, JsonNode entry) {
        String name = entry.get("name").asText();
        try {
            Class<? extends SpecificRecord> type = Class.forName(
                            entry.get("value").asText(), true, Topics.class.getClassLoader())
                    .asSubclass(SpecificRecord.class);
            return new Topic<>(
                    name,
                    type,
                    entry.get("key").asText(),
                    list.get("partitions").asInt(),
                    "compact".equals(entry.get("cleanup").asText()),
                    entry.path("retentionDays").asInt(-1),
                    name + list.get("deadLetterSuffix").asText(),
                    list.get("deadLetterRetentionDays").asInt(),
                    names(entry, "writers"),
                    names(entry, "readers"),
                    names(entry, "rebuilders"));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("topics.yaml: " + name + ": no class " + e.getMessage(), e);
        }
    }

    private static List<String> names(JsonNode entry, String list) {
        List<String> names = new ArrayList<>();
        entry.path(list).forEach(name -> names.add(name.asText()));
        return List.copyOf(names);
    }
}
