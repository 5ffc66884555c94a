package io.saddle.cli.topics;

import io.saddle.cli.connection.KafkaCommand;
import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.PrintWriter;
import java.util.Set;
import picocli.CommandLine.Command;

/** Kafka's topics. */
@Command(
        name = "topics",
        description = "Lists the topics, describes them and shows their records.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            TopicsCommand.ListTopics.class,
            TopicSizesCommand.class,
            AsyncApiCommand.class,
            KubernetesTopicsCommand.class,
            TailCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./saddle topics list",
            "  ./saddle topics asyncapi --yaml",
            "  ./saddle topics sizes",
            "  ./saddle topics kubernetes",
            "  ./saddle topics tail saddle.multipliers --from-beginning"
        })
public final class TopicsCommand {

    /** Lists the contract's topics. */
    @Command(
            name = "list",
            description = "Lists every topic of the contract with its subject, and whether it is there.",
            footer = "  ./saddle topics list")
    static final class ListTopics extends KafkaCommand {

        @Override
        protected int run(KafkaOptions kafka, PrintWriter out) {
            Set<String> present = kafka.topics();
            for (Topic<?> topic : Topics.all()) {
                out.printf(
                        "%-28s %-21s %d partitions, %-16s %s%n",
                        topic.name(),
                        topic.valueType().getSimpleName(),
                        topic.partitions(),
                        retention(topic),
                        present.contains(topic.name()) ? "" : "MISSING: run './saddle setup'");
            }
            out.println("each with a dead-letter topic NAME.dlq");
            return ExitCode.OK;
        }

        private static String retention(Topic<?> topic) {
            if (topic.compact()) {
                return "compacted";
            }
            return topic.retentionDays() < 0 ? "kept for ever" : "kept " + topic.retentionDays() + " days";
        }
    }
}
