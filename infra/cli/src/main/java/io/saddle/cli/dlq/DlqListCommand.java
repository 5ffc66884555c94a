package io.saddle.cli.dlq;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Counts dead letters. */
@Command(
        name = "list",
        description = {
            "Counts the dead letters of each topic by reason. Several services read one topic, so one record may have several"
                    + " letters; they count as one record. With topics named, each record is listed too."
        },
        footer = {"  ./saddle dlq list", "  ./saddle dlq list saddle.snapshots", "  ./saddle dlq list --json"})
final class DlqListCommand extends DeadLetterCommand {

    private static final int REASONS_SHOWN = 10;

    @Parameters(arity = "0..*", paramLabel = "TOPIC", description = "Only these topics (default: all).")
    private List<String> names = List.of();

    @Option(names = "--json", description = "One JSON array rather than text.")
    private boolean asJson;

    @Override
    protected int run(KafkaOptions kafka, PrintWriter out) {
        List<Topic<?>> topics = names.isEmpty()
                ? List.copyOf(Topics.all())
                : names.stream().<Topic<?>>map(this::topic).toList();
        ArrayNode json = new ObjectMapper().createArrayNode();
        boolean none = true;
        try (DeadLetterBox box = open(kafka, topics)) {
            for (Topic<?> topic : topics) {
                List<DeadRecord> records = box.records(topic);
                none &= records.isEmpty();
                DlqSummary summary = DlqSummary.of(topic, records);
                if (asJson) {
                    json.add(json(summary, records));
                } else if (!records.isEmpty()) {
                    print(out, summary, records);
                }
            }
        }
        if (asJson) {
            out.println(json);
        } else if (none) {
            out.println("no dead letters");
        }
        return ExitCode.OK;
    }

    private void print(PrintWriter out, DlqSummary summary, List<DeadRecord> records) {
        out.printf(
                "%s: %d record%s in %d letter%s, %d replayed, newest %s%n",
                summary.topic(),
                summary.records(),
                summary.records() == 1 ? "" : "s",
                summary.letters(),
                summary.letters() == 1 ? "" : "s",
                summary.replayed(),
                summary.newest());
        summary.reasons().stream()
                .limit(REASONS_SHOWN)
                .forEach(
                        reason -> out.printf("  %6d  %s (%s)%n", reason.letters(), reason.reason(), reason.services()));
        if (summary.reasons().size() > REASONS_SHOWN) {
            out.printf("          and %d more reasons%n", summary.reasons().size() - REASONS_SHOWN);
        }
        if (!names.isEmpty()) {
            records.forEach(record -> out.println("  " + line(record)));
        }
    }

    /** One record: where it stood, when, whose, and what became of it. */
    static String line(DeadRecord record) {
        String state = record.replayedTo() != null
                ? "  [replayed to " + record.replayedTo() + "]"
                : record.replayedFrom() != null ? "  [failed again, was " + record.replayedFrom() + "]" : "";
        return String.format(
                "%-10s %s  key %s  %s: %s%s",
                record.origin().onTopic(),
                record.newest().time(),
                record.newest().key(),
                record.services(),
                record.newest().reason(),
                state);
    }

    private ObjectNode json(DlqSummary summary, List<DeadRecord> records) {
        ObjectNode node = summary.json();
        if (!names.isEmpty()) {
            ArrayNode list = node.putArray("list");
            records.forEach(record -> list.addObject()
                    .put("partition", record.origin().partition())
                    .put("offset", record.origin().offset())
                    .put("key", record.newest().key())
                    .put("letters", record.letters().size())
                    .put("services", record.services())
                    .put("reason", record.newest().reason())
                    .put("newest", record.newest().time().toString())
                    .put("replayedTo", record.replayedTo())
                    .put("replayedFrom", record.replayedFrom()));
        }
        return node;
    }
}
