package io.saddle.cli.topics;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.saddle.cli.connection.KafkaCommand;
import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.PrintWriter;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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
            footer = {"  ./saddle topics list", "  ./saddle topics list --json"})
    static final class ListTopics extends KafkaCommand {

        @Option(names = "--json", description = "A JSON array of the topics.")
        private boolean asJson;

        @Override
        protected int run(KafkaOptions kafka, PrintWriter out) {
            Set<String> present = kafka.topics();
            if (asJson) {
                out.println(json(present).toPrettyString());
                return ExitCode.OK;
            }
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

        private static ArrayNode json(Set<String> present) {
            ArrayNode all = JsonNodeFactory.instance.arrayNode();
            for (Topic<?> topic : Topics.all()) {
                all.addObject()
                        .put("name", topic.name())
                        .put("value", topic.valueType().getSimpleName())
                        .put("partitions", topic.partitions())
                        .put("compacted", topic.compact())
                        .put(
                                "retentionDays",
                                topic.compact() || topic.retentionDays() < 0 ? null : topic.retentionDays())
                        .put("deadLetters", topic.deadLetterName())
                        .put("present", present.contains(topic.name()));
            }
            return all;
        }

        private static String retention(Topic<?> topic) {
            if (topic.compact()) {
                return "compacted";
            }
            return topic.retentionDays() < 0 ? "kept for ever" : "kept " + topic.retentionDays() + " days";
        }
    }
}
