package io.saddle.cli.audit;

import io.saddle.audit.AuditSubjects;
import io.saddle.audit.ChangeOrigin;
import io.saddle.cli.connection.KafkaCommand;
import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.kafka.TopicContents;
import io.saddle.schema.AuditAction;
import io.saddle.schema.AuditEntry;
import io.saddle.schema.FieldChange;
import io.saddle.serde.Decoded;
import io.saddle.serde.DecodingDeserializer;
import io.saddle.serde.RecordJson;
import io.saddle.topic.Topics;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows entries of the audit. */
@Command(
        name = "list",
        description = {
            "Shows who changed what, the newest last: runs, constraints, labels, pipelines, their executions, data sets,"
                    + " tokens, projects, rules of notifications. Read from the topic, so that no console needs to be there."
        },
        footer = {
            "  ./saddle audit list",
            "  ./saddle audit list --subject my-run",
            "  ./saddle audit list --by ann --max 1000 --json"
        })
final class AuditListCommand extends KafkaCommand {

    private static final int MOST_CHANGES = 4;

    @Option(
            names = "--subject",
            paramLabel = "KEY",
            description = "Of this run, pipeline, execution or data set, with all that belongs to it (RUN/CONSTRAINT).")
    private String subject;

    @Option(names = "--by", paramLabel = "NAME", description = "What this person asked for.")
    private String by;

    @Option(
            names = "--max",
            paramLabel = "N",
            defaultValue = "50",
            description = "The newest N (default: ${DEFAULT-VALUE}).")
    private int max;

    @Option(names = "--json", description = "One JSON object a line, with everything.")
    private boolean asJson;

    @Override
    protected int run(KafkaOptions kafka, PrintWriter out) {
        if (max < 1) {
            throw wrongUsage("--max: must be at least 1, was " + max);
        }
        kafka.requireRegistry();
        requireTopics(List.of(Topics.AUDIT.name()));
        DecodingDeserializer<AuditEntry> decoder = kafka.serdes().decoder(Topics.AUDIT);
        Comparator<AuditEntry> oldestFirst =
                Comparator.comparing(AuditEntry::getAt).thenComparing(AuditEntry::getSequence);
        PriorityQueue<AuditEntry> newest = new PriorityQueue<>(oldestFirst);
        TopicContents.read(kafka.connection(), List.of(Topics.AUDIT), record -> {
            if (decoder.deserialize(record.topic(), record.value()) instanceof Decoded.Value<AuditEntry> read
                    && isWanted(read.value())) {
                newest.add(read.value());
                if (newest.size() > max) {
                    newest.poll();
                }
            }
        });
        newest.stream()
                .sorted(oldestFirst)
                .forEach(entry -> out.println(asJson ? RecordJson.of(entry).toString() : line(entry)));
        if (newest.isEmpty() && !asJson) {
            out.println("no such entry");
        }
        return ExitCode.OK;
    }

    private boolean isWanted(AuditEntry entry) {
        boolean ofSubject = subject == null || AuditSubjects.isOf(subject, entry);
        return ofSubject && (by == null || by.equals(entry.getChangedBy()));
    }

    static String line(AuditEntry entry) {
        StringBuilder line = new StringBuilder();
        line.append(entry.getAt()).append("  ");
        line.append(entry.getChangedBy() == null ? "-" : entry.getChangedBy()).append("  ");
        line.append(entry.getAction().name().toLowerCase(Locale.ROOT)).append(' ');
        line.append(entry.getTopic().replaceFirst("^saddle[.]", "")).append(' ').append(entry.getKey());
        // Of what is made of a run's labels and life nobody else tells the first of.
        boolean isChange = entry.getAction() == AuditAction.CHANGED
                || entry.getAction() == AuditAction.CREATED && entry.getTopic().equals(Topics.RUN_METADATA.name());
        if (isChange) {
            line.append(": ").append(changes(entry));
        }
        if (entry.getReason() != null) {
            line.append(" (").append(entry.getReason()).append(')');
        }
        if (entry.getClient() != null) {
            line.append("  from ").append(entry.getClient());
        }
        if (entry.getAgent() != null) {
            line.append("  by ").append(entry.getAgent());
        }
        // Fields, keys and reasons alike are what somebody wrote.
        return ChangeOrigin.oneLine(line.toString());
    }

    private static String changes(AuditEntry entry) {
        List<String> words = new ArrayList<>();
        for (FieldChange change : entry.getChanges()
                .subList(0, Math.min(MOST_CHANGES, entry.getChanges().size()))) {
            words.add(change.getField() + " " + shown(change.getWas()) + " -> " + shown(change.getNow()));
        }
        int more = entry.getChanges().size() - words.size() + entry.getMoreChanges();
        if (more > 0) {
            words.add(more + " more");
        }
        return words.isEmpty() ? "nothing" : String.join(", ", words);
    }

    private static String shown(String text) {
        return text == null ? "none" : text;
    }
}
