package io.saddle.topic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.schema.AccessToken;
import io.saddle.schema.Alert;
import io.saddle.schema.AuditEntry;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.DataSet;
import io.saddle.schema.EvaluatorAnnouncement;
import io.saddle.schema.ExecutionStatus;
import io.saddle.schema.FidScore;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.Notification;
import io.saddle.schema.NotificationResult;
import io.saddle.schema.NotificationRule;
import io.saddle.schema.Pipeline;
import io.saddle.schema.PipelineExecution;
import io.saddle.schema.Project;
import io.saddle.schema.RunMetadata;
import io.saddle.schema.RunStatus;
import io.saddle.schema.SlotResult;
import io.saddle.schema.SlotTask;
import io.saddle.schema.StepTask;
import io.saddle.schema.TaskResult;
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
    public static final Topic<SlotTask> SLOT_TASKS = of("saddle.slot-tasks", SlotTask.class);
    public static final Topic<SlotResult> SLOT_RESULTS = of("saddle.slot-results", SlotResult.class);
    public static final Topic<RunMetadata> RUN_METADATA = of("saddle.run-metadata", RunMetadata.class);
    public static final Topic<Alert> ALERTS = of("saddle.alerts", Alert.class);
    public static final Topic<EvaluatorAnnouncement> EVALUATORS = of("saddle.evaluators", EvaluatorAnnouncement.class);
    public static final Topic<DataSet> DATASETS = of("saddle.datasets", DataSet.class);
    public static final Topic<Pipeline> PIPELINES = of("saddle.pipelines", Pipeline.class);
    public static final Topic<PipelineExecution> EXECUTIONS = of("saddle.executions", PipelineExecution.class);
    public static final Topic<ExecutionStatus> EXECUTION_STATUS = of("saddle.execution-status", ExecutionStatus.class);
    public static final Topic<StepTask> TASKS = of("saddle.tasks", StepTask.class);
    public static final Topic<TaskResult> TASK_RESULTS = of("saddle.task-results", TaskResult.class);
    public static final Topic<AccessToken> ACCESS_TOKENS = of("saddle.access-tokens", AccessToken.class);
    public static final Topic<Project> PROJECTS = of("saddle.projects", Project.class);
    public static final Topic<AuditEntry> AUDIT = of("saddle.audit", AuditEntry.class);
    public static final Topic<NotificationRule> NOTIFICATION_RULES =
            of("saddle.notification-rules", NotificationRule.class);
    public static final Topic<Notification> NOTIFICATIONS = of("saddle.notifications", Notification.class);
    public static final Topic<NotificationResult> NOTIFICATION_RESULTS =
            of("saddle.notification-results", NotificationResult.class);

    private Topics() {}

    /** Every topic, in the order of the list. */
    public static Collection<Topic<?>> all() {
        return BY_NAME.values();
    }

    /** The topics by whose records people change something. */
    public static List<Topic<? extends SpecificRecord>> audited() {
        return BY_NAME.values().stream()
                .filter(Topic::audited)
                .<Topic<? extends SpecificRecord>>map(topic -> topic)
                .toList();
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

    /** The key of a pipeline's revision; revisions are partitioned by the pipeline alone. */
    public static String pipelineKey(String name, int revision) {
        return name + "/" + revision;
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
                    names(entry, "rebuilders"),
                    entry.path("audited").asBoolean());
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
