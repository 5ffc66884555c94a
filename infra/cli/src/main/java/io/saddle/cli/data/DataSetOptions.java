package io.saddle.cli.data;

import io.saddle.artifact.access.ArtifactStores;
import io.saddle.cli.connection.ChangeReason;
import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.model.data.DataSetAddress;
import io.saddle.model.data.NoSuchDataSetException;
import io.saddle.model.data.StoredDataSets;
import io.saddle.model.data.StoredDataSets.Version;
import io.saddle.stack.LocalSettings;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.TypeConversionException;

/** The data sets of the stack's artifact store; no stack need run. */
final class DataSetOptions {

    /** Reads what names a data set. */
    static final class Address implements ITypeConverter<DataSetAddress> {
        @Override
        public DataSetAddress convert(String text) {
            try {
                return DataSetAddress.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    @Mixin
    private KafkaOptions kafka;

    StoredDataSets sets() throws IOException {
        return new StoredDataSets(ArtifactStores.open(kafka.settings().artifacts()));
    }

    LocalSettings settings() {
        return kafka.settings();
    }

    /** @throws CommandException if another Kafka is named, and not the registry that belongs to it */
    void requireRegistry() {
        kafka.requireRegistry();
    }

    /** What the Kafka of the options is told of these data sets. */
    DataSetAnnouncements announcements(ChangeReason reason) throws IOException {
        return new DataSetAnnouncements(kafka.connection(), sets(), reason.origin());
    }

    /** @throws CommandException if Kafka does not answer or lacks the topic */
    void requireTopic() {
        if (!kafka.topics().contains(Topics.DATASETS.name())) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "topic " + Topics.DATASETS.name() + " does not exist on this Kafka: run './saddle setup'");
        }
    }

    /** Something to be said to Kafka. */
    @FunctionalInterface
    interface Announcing {
        void with(DataSetAnnouncements announcements) throws IOException, InterruptedException;
    }

    /**
     * Says it if Kafka can be reached: what is done to the store is done either way.
     *
     * @param reason for it
     * @param err is told if it could not be said, and what says it later
     */
    void announce(ChangeReason reason, Announcing announcing, PrintWriter err)
            throws IOException, InterruptedException {
        if (!kafka.isThere()) {
            err.println("not announced, since no stack runs: './saddle up' announces it when it starts");
            return;
        }
        DataSetAnnouncements.orWarn(
                () -> {
                    requireTopic();
                    announcing.with(announcements(reason));
                },
                err);
    }

    /**
     * What asks for data sets; nothing where Kafka cannot be asked.
     *
     * @param err is told if it could not be asked
     */
    DataSetUses uses(PrintWriter err) {
        String unasked = "runs and pipelines were not looked at";
        if (!kafka.isThere()) {
            err.println("warning: " + unasked + ", since no stack runs");
            return new DataSetUses();
        }
        try {
            Set<String> there = kafka.topics();
            List<String> missing = DataSetUses.READ.stream()
                    .map(Topic::name)
                    .filter(name -> !there.contains(name))
                    .toList();
            if (!missing.isEmpty()) {
                err.println("warning: what stands on " + String.join(", ", missing)
                        + " was not looked at, which this Kafka does not have or show");
            }
            return DataSetUses.read(kafka.connection(), there);
        } catch (CommandException | KafkaException e) {
            err.println("warning: " + unasked + " (" + e.getMessage() + ")");
            return new DataSetUses();
        }
    }

    /** @throws CommandException if there is no such data set or version */
    static Version find(StoredDataSets sets, DataSetAddress address) throws IOException {
        try {
            return sets.find(address);
        } catch (NoSuchDataSetException e) {
            throw new CommandException(ExitCode.INVALID_INPUT, e.getMessage());
        }
    }

    /**
     * The numbers of the versions that an address means; damaged ones, too.
     *
     * @throws CommandException if there is no such data set or version
     */
    static List<Integer> named(StoredDataSets sets, DataSetAddress address) throws IOException {
        try {
            return sets.named(address);
        } catch (NoSuchDataSetException e) {
            throw new CommandException(ExitCode.INVALID_INPUT, e.getMessage());
        }
    }
}
