package io.saddle.cli.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.TopicContents;
import io.saddle.model.data.DataSetAddress;
import io.saddle.run.RunPhases;
import io.saddle.run.RunTables;
import io.saddle.run.spec.DataSetVersions;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.DataSelection;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;

/** The runs that Kafka knows, their constraints and how far they are. */
final class RunsOnDataSets {

    /** The topics that are read. */
    static final List<Topic<?>> READ = List.of(Topics.RUNS, Topics.CONSTRAINTS, Topics.RUN_STATUS);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final RunTables tables = new RunTables();
    private final Map<String, RunPhase> phases = new HashMap<>();

    /**
     * Those that stand on the topics now.
     *
     * @throws KafkaException if they cannot be read, or the registry does not answer
     */
    static RunsOnDataSets read(KafkaSettings kafka) {
        RunsOnDataSets runs = new RunsOnDataSets();
        Serdes serdes = kafka.serdes();
        Taking<TrainingRun> definitions = new Taking<>(serdes, Topics.RUNS, runs.tables::put, runs.tables::removeRun);
        Taking<ConstraintDefinition> constraints =
                new Taking<>(serdes, Topics.CONSTRAINTS, runs.tables::put, runs::removeConstraint);
        Taking<RunStatus> statuses = new Taking<>(
                serdes,
                Topics.RUN_STATUS,
                status -> runs.phases.put(status.getRunId(), status.getPhase()),
                runs.phases::remove);
        TopicContents.read(kafka, READ, record -> {
            definitions.take(record);
            constraints.take(record);
            statuses.take(record);
        });
        return runs;
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
     * The runs that have not ended and name one of these versions, in their specification or in a constraint that is in force.
     *
     * @return each with its phase, in words
     */
    List<String> naming(Collection<DataSetAddress> versions) {
        Set<String> addresses = versions.stream()
                .map(version -> DataSetVersions.PREFIX + version)
                .collect(Collectors.toSet());
        List<String> found = new ArrayList<>();
        for (TrainingRun run : tables.runs()) {
            RunPhase phase = phases.getOrDefault(run.getRunId(), RunPhase.UNKNOWN);
            if (!RunPhases.isFinal(phase) && names(run, addresses)) {
                found.add("run '" + run.getRunId() + "'"
                        + (phase == RunPhase.UNKNOWN ? ", which has not ended," : " (" + phase + ")"));
            }
        }
        return found;
    }

    private boolean names(TrainingRun run, Set<String> addresses) {
        return names(tree(run), addresses)
                || tables.constraints(run.getRunId()).stream()
                        .filter(constraint -> constraint.getState() != ConstraintState.RETIRED)
                        .flatMap(constraint -> Stream.of(
                                constraint.getData(), constraint.getEvaluationData(), constraint.getObjectiveData()))
                        .filter(Objects::nonNull)
                        .map(DataSelection::getImages)
                        .anyMatch(images -> isOne(images, addresses));
    }

    private static JsonNode tree(TrainingRun run) {
        try {
            return JSON.readTree(run.getSpec());
        } catch (JsonProcessingException e) {
            return JSON.missingNode();
        }
    }

    private static boolean names(JsonNode value, Set<String> addresses) {
        return value.isContainerNode()
                ? value.valueStream().anyMatch(part -> names(part, addresses))
                : isOne(value.asText(), addresses);
    }

    /** Addresses of labels have their column behind that of the images. */
    private static boolean isOne(String text, Set<String> addresses) {
        int column = text.indexOf(DataSetVersions.COLUMN);
        return addresses.contains(column < 0 ? text : text.substring(0, column));
    }
}
