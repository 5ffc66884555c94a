package io.saddle.cli.topics;

import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.connection.KafkaReachability;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The figures that a plan for more runs begins with. */
@Command(
        name = "sizes",
        description = {
            "Shows what each topic holds: offsets (records, and a marker for each transaction), bytes of one copy on the brokers'"
                    + " disks, and bytes for each offset, with Kafka's own share in them."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  ./saddle topics sizes")
final class TopicSizesCommand implements Callable<Integer> {

    @Mixin
    private KafkaOptions kafka;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws InterruptedException {
        List<String> present = present(KafkaReachability.require(kafka));
        PrintWriter out = command.commandLine().getOut();
        out.printf("%-32s %12s %15s %13s%n", "topic", "offsets", "bytes", "bytes/offset");
        sizes(present)
                .forEach((name, size) -> out.printf(
                        "%-32s %,12d %,15d %,13.1f%n", name, size.offsets(), size.bytes(), size.bytesPerOffset()));
        out.flush();
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

    private Map<String, TopicSizes> sizes(List<String> topics) throws InterruptedException {
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
