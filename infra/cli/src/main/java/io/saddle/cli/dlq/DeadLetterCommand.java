package io.saddle.cli.dlq;

import io.saddle.cli.connection.KafkaCommand;
import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ParameterException;

/** A command about dead letters; topics are named by their own name or that of their dead-letter topic. */
abstract class DeadLetterCommand extends KafkaCommand {

    /** @throws ParameterException if there is no topic of this name */
    final Topic<?> topic(String name) {
        Optional<Topic<?>> ofLetters = Topics.all().stream()
                .filter(topic -> topic.deadLetterName().equals(name))
                .findFirst();
        try {
            return ofLetters.isPresent() ? ofLetters.get() : Topics.named(name);
        } catch (IllegalArgumentException e) {
            throw wrongUsage(e.getMessage());
        }
    }

    /** @throws CommandException if Kafka does not answer or the dead-letter topic of one of these is not there */
    final DeadLetterBox open(KafkaOptions kafka, List<Topic<?>> topics) {
        requireTopics(topics.stream().map(Topic::deadLetterName).toList());
        return new DeadLetterBox(kafka.connection().reader());
    }

    /**
     * Picks dead records by where they stood.
     *
     * @param positions {@code PARTITION@OFFSET} of each
     * @throws ParameterException if a position is none
     * @throws CommandException if nothing dead stood there
     */
    final List<DeadRecord> selected(List<DeadRecord> records, Topic<?> topic, List<String> positions) {
        List<DeadRecord> chosen = new ArrayList<>();
        for (String text : positions) {
            RecordPosition position = position(topic, text);
            chosen.add(records.stream()
                    .filter(record -> record.origin().compareTo(position) == 0)
                    .findFirst()
                    .orElseThrow(() -> new CommandException(
                            ExitCode.INVALID_INPUT,
                            "no dead letter of " + position + ": './saddle dlq list " + topic.name()
                                    + "' shows those there are")));
        }
        return chosen.stream().distinct().toList();
    }

    private RecordPosition position(Topic<?> topic, String text) {
        try {
            return RecordPosition.parse(topic.name(), text);
        } catch (IllegalArgumentException e) {
            throw wrongUsage(e.getMessage());
        }
    }
}
