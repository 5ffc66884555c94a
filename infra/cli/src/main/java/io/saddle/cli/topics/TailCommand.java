package io.saddle.cli.topics;

import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.connection.KafkaReachability;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.serde.AvroDeserializer.RegistryUnavailableException;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows records as JSON lines. */
@Command(
        name = "tail",
        description = {
            "Shows a topic's records as they come, decoded, one JSON object a line. A record that cannot be read is shown as"
                    + " {\"unreadable\": reason, \"base64\": raw bytes}; a deletion as \"value\": null."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./saddle topics tail saddle.multipliers --from-beginning --run my-run",
            "  ./saddle topics tail ALL",
            "  ./saddle topics tail saddle.loss-estimates.dlq --from-beginning --timeout 3"
        })
final class TailCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "NAME",
            description = "A topic, its dead-letter topic (NAME.dlq), or ALL topics of the contract.")
    private String name;

    @Mixin
    private KafkaOptions kafka;

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

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        Set<String> present = KafkaReachability.require(kafka);
        List<String> names =
                "ALL".equals(name) ? Topics.all().stream().map(Topic::name).toList() : List.of(known());
        names.stream().filter(topic -> !present.contains(topic)).findFirst().ifPresent(topic -> {
            throw new CommandException(
                    ExitCode.FAILED, "topic " + topic + " does not exist on this Kafka: run './saddle setup'");
        });
        PrintWriter out = command.commandLine().getOut();
        try (TopicTail tail = new TopicTail(kafka.connection().reader(), kafka.serdes(), names, fromBeginning)) {
            tail.follow(run, max == null ? Long.MAX_VALUE : max, timeout, line -> {
                out.println(line);
                return !out.checkError();
            });
        } catch (RegistryUnavailableException e) {
            throw new CommandException(
                    ExitCode.UNREACHABLE, e.getMessage() + " (at " + kafka.registry() + "): './saddle up' starts it");
        }
        return ExitCode.OK;
    }

    private String known() {
        boolean known = Topics.all().stream()
                .flatMap(topic -> Stream.of(topic.name(), topic.deadLetterName()))
                .anyMatch(name::equals);
        if (!known) {
            throw new ParameterException(
                    command.commandLine(),
                    "no topic '" + name + "'; there are ALL, "
                            + String.join(
                                    ", ", Topics.all().stream().map(Topic::name).toList())
                            + ", each also with .dlq");
        }
        return name;
    }
}
