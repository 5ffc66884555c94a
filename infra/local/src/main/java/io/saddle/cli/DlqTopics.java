package io.saddle.cli;

import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Topics as a person names them: by their own name or that of their dead-letter topic. */
final class DlqTopics {

    private DlqTopics() {}

    /** @throws ParameterException if there is none of this name */
    static Topic<?> named(String name, CommandSpec command) {
        String plain = name.endsWith(".dlq") ? name.substring(0, name.length() - ".dlq".length()) : name;
        try {
            return Topics.named(plain);
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
