package io.saddle.cli.topics;

import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.connection.KafkaReachability;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.PrintWriter;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What lies on Kafka. */
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
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  ./saddle topics list")
    static final class ListTopics implements Callable<Integer> {

        @Mixin
        private KafkaOptions kafka;

        @Spec
        private CommandSpec command;

        @Override
        public Integer call() {
            PrintWriter out = command.commandLine().getOut();
            Set<String> present = KafkaReachability.require(kafka);
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
