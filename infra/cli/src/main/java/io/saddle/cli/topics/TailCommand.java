package io.saddle.cli.topics;

import io.saddle.cli.connection.KafkaCommand;
import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows records as JSON lines. */
@Command(
        name = "tail",
        description = {
            "Shows a topic's records as they come, decoded, one JSON object a line. A record that cannot be read is shown as"
                    + " {\"unreadable\": reason, \"base64\": raw bytes}; a deletion as \"value\": null."
        },
        footer = {
            "  ./saddle topics tail saddle.multipliers --from-beginning --run my-run",
            "  ./saddle topics tail ALL",
            "  ./saddle topics tail saddle.loss-estimates.dlq --from-beginning --timeout 3"
        })
final class TailCommand extends KafkaCommand {

    @Parameters(
            paramLabel = "NAME",
            description = "A topic, its dead-letter topic (NAME.dlq), or ALL topics of the contract.")
    private String name;

    @Option(names = "--from-beginning", description = "All records that are still there, not only new ones.")
    private boolean fromBeginning;

    @Option(names = "--max", paramLabel = "N", description = "End after N records.")
    private Long max;

    @Option(names = "--run", paramLabel = "RUNID", description = "Only records of this run.")
    private String run;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "End when none has come for so long (default: never).")
    private Double timeout;

    @Override
    protected int run(KafkaOptions kafka, PrintWriter out) {
        List<String> all = Topics.all().stream().map(Topic::name).toList();
        if (!name.equals("ALL") && !all.contains(name.replaceFirst("[.]dlq$", ""))) {
            throw wrongUsage(
                    "no topic '" + name + "'; there are ALL, " + String.join(", ", all) + ", each also with .dlq");
        }
        List<String> names = name.equals("ALL") ? all : List.of(name);
        kafka.requireRegistry();
        requireTopics(names);
        try (TopicTail tail = new TopicTail(kafka.connection().reader(), kafka.serdes(), names, fromBeginning)) {
            tail.follow(run, max == null ? Long.MAX_VALUE : max, timeout, line -> {
                out.println(line);
                return !out.checkError();
            });
        }
        return ExitCode.OK;
    }
}
