package io.saddle.cli.topics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.connection.KafkaCommand;
import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The figures that a plan for more runs begins with. */
@Command(
        name = "sizes",
        description = {
            "Shows what each topic holds: offsets (records, and a marker for each transaction), bytes of one copy on the brokers'"
                    + " disks, and bytes for each offset, with Kafka's own share in them."
        },
        footer = {"  ./saddle topics sizes", "  ./saddle topics sizes --json"})
final class TopicSizesCommand extends KafkaCommand {

    @Option(names = "--json", description = "One JSON object: offsets and bytes by topic.")
    private boolean asJson;

    @Override
    protected int run(KafkaOptions kafka, PrintWriter out) throws InterruptedException {
        List<String> present = present(kafka.topics());
        if (asJson) {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            sizes(kafka, present)
                    .forEach((name, size) ->
                            json.putObject(name).put("offsets", size.offsets()).put("bytes", size.bytes()));
            out.println(json.toPrettyString());
            return ExitCode.OK;
        }
        out.printf("%-32s %12s %15s %13s%n", "topic", "offsets", "bytes", "bytes/offset");
        sizes(kafka, present)
                .forEach((name, size) -> out.printf(
                        "%-32s %,12d %,15d %,13.1f%n", name, size.offsets(), size.bytes(), size.bytesPerOffset()));
        return ExitCode.OK;
    }

    private static List<String> present(Set<String> all) {
        List<String> names = new ArrayList<>();
        for (Topic<?> topic : Topics.all()) {
            names.add(topic.name());
            names.add(topic.deadLetterName());
        }
        names.retainAll(all);
        return names;
    }

    private static Map<String, TopicSizes> sizes(KafkaOptions kafka, List<String> topics) throws InterruptedException {
        try (Admin admin = Admin.create(kafka.connection().admin())) {
            return TopicSizes.of(admin, topics);
        } catch (ExecutionException e) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "Kafka does not tell: " + e.getCause().getMessage()
                            + " (a secured one tells it only to its operator and its admin, see --login)");
        }
    }
}
