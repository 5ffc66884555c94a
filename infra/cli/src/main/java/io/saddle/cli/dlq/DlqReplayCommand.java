package io.saddle.cli.dlq;

import io.saddle.audit.ChangeOrigin;
import io.saddle.cli.connection.ChangeReason;
import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.topic.DeadLetterHeaders;
import io.saddle.topic.Topic;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Scanner;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.header.Headers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends dead records to their topic again. */
@Command(
        name = "replay",
        description = {
            "Sends dead records to their topic again, as they were, when what they failed on has been mended. Each is sent"
                    + " exactly once, however often this is asked for: a receipt on the dead-letter topic, written in the same"
                    + " transaction, says that it was. Every reader of the topic sees it again. Should it fail again, the new"
                    + " letter carries the header saddle.dlq.replayed. Exit code 1 if one is left out or not sent, for any other"
                    + " reason than that it was replayed already; with --dry-run, if one would be."
        },
        footer = {
            "  ./saddle dlq replay saddle.snapshots 0@17 3@4",
            "  ./saddle dlq replay saddle.snapshots --all --dry-run",
            "  ./saddle dlq replay saddle.snapshots --all --yes"
        })
final class DlqReplayCommand extends DeadLetterCommand {

    @Parameters(index = "0", paramLabel = "TOPIC", description = "The topic on which the records stood.")
    private String name;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "PARTITION@OFFSET",
            description = "Where they stood, as 'dlq list TOPIC' shows it.")
    private List<String> positions = List.of();

    @Option(names = "--all", description = "Every one that was not replayed yet.")
    private boolean all;

    @Option(names = "--dry-run", description = "Only say what would be sent.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Option(
            names = "--overwrite",
            description =
                    "Also where a later record of the same key stands on a compacted topic, which this one would replace. The"
                            + " audit has you for who changed it.")
    private boolean overwrite;

    @Option(
            names = "--unverified",
            description =
                    "Also where the record itself is no longer on the topic, so that the letter alone says what it was:"
                            + " look at it first ('dlq show'). Nor is the letter believed who had made the change: the audit"
                            + " has you.")
    private boolean unverified;

    @Mixin
    private ChangeReason reason;

    /**
     * What this is about.
     *
     * @param leftOut how many are not sent, though nobody has sent them yet
     */
    private record Choice(List<DeadRecord> sendable, int leftOut) {}

    @Override
    protected int run(KafkaOptions kafka, PrintWriter out) throws InterruptedException {
        if (all == !positions.isEmpty()) {
            throw wrongUsage("name records as PARTITION@OFFSET, or say --all");
        }
        if (reason.origin().reason() != null && !overwrite && !unverified) {
            throw wrongUsage("--reason goes with --overwrite or --unverified: else a record keeps its own");
        }
        Topic<?> topic = topic(name);
        try (DeadLetterBox box = open(kafka, List.of(topic))) {
            Choice choice = choice(topic, box, out);
            if (choice.sendable().isEmpty() || dryRun) {
                out.println(choice.sendable().isEmpty() ? "nothing to replay" : "nothing was sent (--dry-run)");
                return choice.leftOut() == 0 ? ExitCode.OK : ExitCode.FAILED;
            }
            confirm(choice.sendable().size(), topic, out);
            return send(kafka, topic, choice, box, out);
        }
    }

    /** Says what is to be sent, and why what was named is not. */
    private Choice choice(Topic<?> topic, DeadLetterBox box, PrintWriter out) {
        List<DeadRecord> records = box.records(topic);
        List<DeadRecord> chosen = all ? records : selected(records, topic, positions);
        List<DeadRecord> sendable = new ArrayList<>();
        int leftOut = 0;
        for (DeadRecord record : chosen) {
            String obstacle = obstacle(topic, record, box, Set.of());
            if (obstacle == null) {
                sendable.add(record);
                out.println("to send:  " + DlqListCommand.line(record));
            } else if (record.replayedTo() == null) {
                leftOut++;
                out.println(leftOut(record, obstacle));
            } else if (!all) {
                out.println(leftOut(record, obstacle));
            }
        }
        out.flush();
        return new Choice(sendable, leftOut);
    }

    private static String leftOut(DeadRecord record, String obstacle) {
        return "left out: " + record.origin().onTopic() + ": " + obstacle;
    }

    /**
     * @param sent where this replay's own records stand
     * @return null where there is none
     */
    private String obstacle(Topic<?> topic, DeadRecord record, DeadLetterBox box, Set<RecordPosition> sent) {
        if (record.replayedTo() != null) {
            return "was replayed to " + record.replayedTo() + " already";
        } else if (!record.origin().topic().equals(topic.name())) {
            return "its headers do not say that it stood on " + topic.name();
        } else if (record.newest().headers().containsKey(DeadLetterHeaders.OMITTED)) {
            return "its value was too large to be kept";
        }
        ConsumerRecord<byte[], byte[]> letter = box.fetch(record.newest());
        Optional<ConsumerRecord<byte[], byte[]>> original = box.original(record, topic);
        if (original.isPresent() && !isCopy(letter, original.get())) {
            return "its letter is no copy of what stands there: nobody who reads the topic has written it";
        } else if (original.isEmpty() && !unverified) {
            return "the record is no longer there, and nobody can tell whether its letter is a copy (--unverified)";
        } else if (topic.compact() && !overwrite && box.isOvertaken(record, letter.key(), topic, sent)) {
            return "a later record of its key stands on the topic, and would be replaced (--overwrite)";
        }
        return null;
    }

    private static boolean isCopy(ConsumerRecord<byte[], byte[]> letter, ConsumerRecord<byte[], byte[]> original) {
        return Arrays.equals(letter.key(), original.key()) && Arrays.equals(letter.value(), original.value());
    }

    private void confirm(int count, Topic<?> topic, PrintWriter out) {
        if (yes) {
            return;
        }
        out.print("Send " + count + " to " + topic.name() + "? [y/N] ");
        out.flush();
        Scanner answers = new Scanner(System.in);
        if (!answers.hasNextLine() || !answers.nextLine().strip().equalsIgnoreCase("y")) {
            throw new CommandException(ExitCode.FAILED, "nothing was sent; answer y, or say --yes");
        }
    }

    private int send(KafkaOptions kafka, Topic<?> topic, Choice choice, DeadLetterBox box, PrintWriter out)
            throws InterruptedException {
        List<DeadRecord> sendable = choice.sendable();
        Set<RecordPosition> sent = new HashSet<>();
        int wanted = sendable.size() + choice.leftOut();
        try (Replay replay = new Replay(kafka.connection().producer())) {
            // Any other replay is fenced by now, and what it sent has its receipts.
            List<RecordPosition> meanwhile = box.records(topic).stream()
                    .filter(record -> record.replayedTo() != null)
                    .map(DeadRecord::origin)
                    .toList();
            for (DeadRecord record : sendable) {
                if (meanwhile.contains(record.origin())) {
                    wanted--;
                    out.println(leftOut(record, "another replay has sent it meanwhile"));
                } else {
                    // The question may have waited for long, and the records before this one take their time.
                    String obstacle = obstacle(topic, record, box, sent);
                    if (obstacle == null) {
                        sent(topic, record, box, replay, out).ifPresent(sent::add);
                    } else {
                        out.println(leftOut(record, obstacle));
                    }
                }
            }
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            throw new CommandException(
                    ExitCode.FAILED, "another replay has begun; this one sent " + sent.size() + " and ends here");
        } catch (KafkaException e) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "this one sent " + sent.size() + " of " + sendable.size() + " and ends here: " + e.getMessage()
                            + "; ask again, what was sent is not sent twice");
        }
        out.println(sent.size() + " of " + wanted + " sent to " + topic.name());
        return sent.size() == wanted ? ExitCode.OK : ExitCode.FAILED;
    }

    /** @return where it stands now; empty where it was not sent */
    private Optional<RecordPosition> sent(
            Topic<?> topic, DeadRecord record, DeadLetterBox box, Replay replay, PrintWriter out)
            throws InterruptedException {
        ConsumerRecord<byte[], byte[]> letter = box.fetch(record.newest());
        Headers original =
                box.original(record, topic).map(ConsumerRecord::headers).orElse(null);
        try {
            RecordPosition now =
                    replay.send(topic, record, letter, original, overwrite || original == null ? change(record) : null);
            out.println("sent:     " + record.origin().onTopic() + " to " + now);
            return Optional.of(now);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ProducerFencedException fenced) {
                throw fenced;
            }
            out.println("not sent: " + record.origin().onTopic() + ": "
                    + e.getCause().getMessage());
            return Optional.empty();
        }
    }

    /** Whose change it is to put an old record in a newer one's place, or one that a letter alone tells of: not its writer's. */
    private ChangeOrigin change(DeadRecord record) {
        ChangeOrigin mine = reason.origin();
        String why = "dlq replay of " + record.origin() + (mine.reason() == null ? "" : ": " + mine.reason());
        return new ChangeOrigin(mine.by(), mine.client(), mine.agent(), why);
    }
}
