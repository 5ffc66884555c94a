package io.saddle.cli.dlq;

import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.connection.KafkaReachability;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Topics as a person names them: by their own name or that of their dead-letter topic. */
final class DlqTopics {

    private DlqTopics() {}

    /** @throws ParameterException if there is none of this name */
    static Topic<?> named(String name, CommandSpec command) {
        Optional<Topic<?>> ofLetters = Topics.all().stream()
                .filter(topic -> topic.deadLetterName().equals(name))
                .findFirst();
        try {
            return ofLetters.isPresent() ? ofLetters.get() : Topics.named(name);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage());
        }
    }

    /** @throws CommandException if Kafka does not answer or the topic's dead-letter topic is not there */
    static void require(KafkaOptions kafka, Iterable<Topic<?>> topics) {
        Set<String> present = KafkaReachability.require(kafka);
        for (Topic<?> topic : topics) {
            if (!present.contains(topic.deadLetterName())) {
                throw new CommandException(
                        ExitCode.FAILED,
                        "topic " + topic.deadLetterName() + " does not exist on this Kafka: run './saddle setup'");
            }
        }
    }
}
