package io.saddle.cli.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.TopicContents;
import io.saddle.model.data.DataSetAddress;
import io.saddle.pipeline.execution.ExecutionPhases;
import io.saddle.run.RunPhases;
import io.saddle.run.RunTables;
import io.saddle.run.spec.DataSetVersions;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.DataSelection;
import io.saddle.schema.ExecutionPhase;
import io.saddle.schema.Pipeline;
import io.saddle.schema.PipelineExecution;
import io.saddle.schema.RunPhase;
import io.saddle.schema.TrainingRun;
import io.saddle.serde.Decoded;
import io.saddle.serde.DecodingDeserializer;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * The runs and pipelines that Kafka knows, and how far they are: what may still ask for a data set. A pipeline's definition is read for what it
 * says, without its references being put in.
 */
final class DataSetUses {

    /** The topics that are read. */
    static final List<Topic<?>> READ = List.of(
            Topics.RUNS,
            Topics.CONSTRAINTS,
            Topics.RUN_STATUS,
            Topics.RUN_METADATA,
            Topics.PIPELINES,
            Topics.EXECUTIONS,
            Topics.EXECUTION_STATUS);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SCHEDULE = "schedule";
    /** Where a data set is named without the beginning that its address has elsewhere. */
    private static final Set<String> BARE = Set.of("dataset", "matrix");

    private final RunTables tables = new RunTables();
    private final Map<String, RunPhase> phases = new HashMap<>();
    private final Map<String, Pipeline> pipelines = new TreeMap<>();
    private final Map<String, PipelineExecution> executions = new TreeMap<>();
    private final Map<String, ExecutionPhase> executionPhases = new HashMap<>();

    /**
     * Those that stand on the topics now.
     *
     * @param there names of the topics that are there: what others would say is not known
     * @throws KafkaException if they cannot be read, or the registry does not answer
     */
    static DataSetUses read(KafkaSettings kafka, Set<String> there) {
        DataSetUses uses = new DataSetUses();
        Serdes serdes = kafka.serdes();
        List<Taking<?>> all = List.of(
                new Taking<>(serdes, Topics.RUNS, uses.tables::put, uses.tables::removeRun),
                new Taking<>(serdes, Topics.CONSTRAINTS, uses.tables::put, uses::removeConstraint),
                new Taking<>(
                        serdes,
                        Topics.RUN_STATUS,
                        status -> uses.phases.put(status.getRunId(), status.getPhase()),
                        uses.phases::remove),
                new Taking<>(serdes, Topics.RUN_METADATA, uses.tables::put, runId -> {}),
                new Taking<>(serdes, Topics.PIPELINES, uses::put, revision -> {}),
                new Taking<>(
                        serdes,
                        Topics.EXECUTIONS,
                        execution -> uses.executions.put(execution.getExecutionId(), execution),
                        uses.executions::remove),
                new Taking<>(
                        serdes,
                        Topics.EXECUTION_STATUS,
                        status -> uses.executionPhases.put(status.getExecutionId(), status.getPhase()),
                        uses.executionPhases::remove));
        TopicContents.read(
                kafka,
                READ.stream().filter(topic -> there.contains(topic.name())).toList(),
                record -> all.forEach(taking -> taking.take(record)));
        return uses;
    }

    /** The newest revision is what its schedule starts. */
    private void put(Pipeline revision) {
        pipelines.merge(
                revision.getName(), revision, (one, other) -> one.getRevision() > other.getRevision() ? one : other);
    }

    private void removeConstraint(String key) {
        int slash = key.indexOf('/');
        if (slash >= 0) {
            tables.removeConstraint(key.substring(0, slash), key.substring(slash + 1));
        }
    }

    /** What becomes of the records of one topic. */
    private record Taking<T extends SpecificRecord>(
            DecodingDeserializer<T> decoder, Topic<T> topic, Consumer<T> value, Consumer<String> gone) {

        Taking(Serdes serdes, Topic<T> topic, Consumer<T> value, Consumer<String> gone) {
            this(serdes.decoder(topic), topic, value, gone);
        }

        void take(ConsumerRecord<byte[], byte[]> record) {
            if (!record.topic().equals(topic.name()) || record.key() == null) {
                return;
            }
            if (record.value() == null) {
                gone.accept(new String(record.key(), StandardCharsets.UTF_8));
            } else if (decoder.deserialize(record.topic(), record.value()) instanceof Decoded.Value<T> read) {
                // The services pass over what cannot be read as well.
                value.accept(read.value());
            }
        }
    }

    /**
     * The runs that have not ended and name one of these versions, in their specification or in a constraint that is in force; the
     * executions that have not ended, and the pipelines that start some by themselves, that do so in their definition.
     *
     * @param newest whether what names the data set without a version means one of these
     * @return each in words
     */
    List<String> naming(Collection<DataSetAddress> versions, boolean newest) {
        Set<String> addresses = addresses(versions);
        if (newest) {
            versions.forEach(version -> addresses.add(DataSetVersions.PREFIX + version.name()));
        }
        List<String> found = new ArrayList<>();
        for (TrainingRun run : tables.runs()) {
            RunPhase phase = phases.getOrDefault(run.getRunId(), RunPhase.UNKNOWN);
            if (!RunPhases.isFinal(phase) && names(run, addresses)) {
                found.add("run '" + run.getRunId() + "'"
                        + (phase == RunPhase.UNKNOWN ? ", which has not ended," : " (" + phase + ")"));
            }
        }
        for (PipelineExecution execution : executions.values()) {
            ExecutionPhase phase = executionPhases.getOrDefault(execution.getExecutionId(), ExecutionPhase.RUNNING);
            if (!ExecutionPhases.isFinal(phase) && names(tree(execution.getDefinition()), addresses)) {
                found.add("execution '" + execution.getExecutionId() + "' (" + phase + ")");
            }
        }
        for (Pipeline pipeline : pipelines.values()) {
            JsonNode definition = tree(pipeline.getDefinition());
            if (definition.hasNonNull(SCHEDULE) && names(definition, addresses)) {
                found.add("pipeline '" + pipeline.getName() + "', which starts by itself,");
            }
        }
        return found;
    }

    /** The runs that have ended, whose artifacts are kept, and that name one of these versions. */
    List<String> ended(Collection<DataSetAddress> versions) {
        Set<String> addresses = addresses(versions);
        return tables.runs().stream()
                .filter(run -> RunPhases.isFinal(phases.getOrDefault(run.getRunId(), RunPhase.UNKNOWN))
                        && !tables.isDeleted(run.getRunId())
                        && names(run, addresses))
                .map(TrainingRun::getRunId)
                .toList();
    }

    private boolean names(TrainingRun run, Set<String> addresses) {
        return names(tree(run.getSpec()), addresses)
                || tables.constraints(run.getRunId()).stream()
                        .filter(constraint -> constraint.getState() != ConstraintState.RETIRED)
                        .flatMap(constraint -> Stream.of(
                                constraint.getData(), constraint.getEvaluationData(), constraint.getObjectiveData()))
                        .filter(Objects::nonNull)
                        .map(DataSelection::getImages)
                        .anyMatch(images -> isOne(images, addresses));
    }

    private static Set<String> addresses(Collection<DataSetAddress> versions) {
        return versions.stream()
                .map(version -> DataSetVersions.PREFIX + version)
                .collect(Collectors.toCollection(HashSet::new));
    }

    /** A pipeline's runs and encodings are as a person has written them; the values of a matrix may stand for any of their names. */
    private static boolean names(JsonNode value, Set<String> addresses) {
        return value.isContainerNode()
                ? value.valueStream().anyMatch(part -> names(part, addresses))
                        || BARE.stream().anyMatch(key -> isBare(value.path(key), addresses))
                : isOne(value.asText(), addresses);
    }

    private static boolean isBare(JsonNode value, Set<String> addresses) {
        return value.isContainerNode()
                ? value.valueStream().anyMatch(part -> isBare(part, addresses))
                : addresses.contains(DataSetVersions.PREFIX + value.asText());
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            return JSON.missingNode();
        }
    }

    /** Addresses of labels have their column behind that of the images. */
    private static boolean isOne(String text, Set<String> addresses) {
        int column = text.indexOf(DataSetVersions.COLUMN);
        return addresses.contains(column < 0 ? text : text.substring(0, column));
    }
}
