package io.saddle.cli.audit;

import io.saddle.audit.ChainCheck;
import io.saddle.cli.connection.KafkaCommand;
import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.kafka.TopicContents;
import io.saddle.schema.AuditEntry;
import io.saddle.serde.Decoded;
import io.saddle.serde.DecodingDeserializer;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Checks the chains of the audit, and that they tell of every record. */
@Command(
        name = "check",
        description = {
            "Reads all entries and says whether each follows the one before by its hash, and whether every record by which"
                    + " somebody changes something has its entry. What was cut off at the end shows against heads that you"
                    + " have kept elsewhere: it prints today's, a line for each chain. Exit code 1 if something is wrong."
        },
        footer = {
            "  ./saddle audit check",
            "  ./saddle audit check > audit-heads.txt",
            "  ./saddle audit check --expect audit-heads.txt"
        })
final class AuditCheckCommand extends KafkaCommand {

    private static final Pattern HEAD = Pattern.compile("(\\d{1,4}):(\\d{1,18}):([0-9a-f]{64})?");
    /** The console writes an entry within moments of its record. */
    private static final int LOOKS = 20;

    private static final int MOST_SHOWN = 40;
    private static final long BETWEEN_LOOKS_MILLIS = 500;

    @Option(
            names = "--expect",
            paramLabel = "FILE",
            description = "Heads that an earlier check has printed: those entries must still be there.")
    private Path expected;

    @Override
    protected int run(KafkaOptions kafka, PrintWriter out) throws InterruptedException {
        kafka.requireRegistry();
        requireTopics(List.of(Topics.AUDIT.name()));
        Map<Integer, Map<Long, String>> kept = kept();
        List<ConsumerRecord<byte[], byte[]>> records = records(kafka);
        List<ChainCheck> chains = chains(kafka, kept, records);
        for (int look = 1;
                look < LOOKS
                        && found(chains, ChainCheck::faults).isEmpty()
                        && !found(chains, ChainCheck::untold).isEmpty();
                look++) {
            Thread.sleep(BETWEEN_LOOKS_MILLIS);
            chains = chains(kafka, kept, records);
        }
        chains.forEach(chain -> out.println(chain.head()));
        out.flush();
        long entries = chains.stream().mapToLong(ChainCheck::entries).sum();
        List<String> wrong = new ArrayList<>(found(chains, ChainCheck::faults));
        wrong.addAll(found(chains, ChainCheck::untold));
        if (wrong.isEmpty()) {
            err().println(entries + " entries in " + chains.size() + " chains, unbroken; " + records.size()
                    + " records on " + Topics.audited().size() + " topics, each with its entry");
            return ExitCode.OK;
        }
        List<String> shown = new ArrayList<>(wrong.subList(0, Math.min(MOST_SHOWN, wrong.size())));
        if (wrong.size() > MOST_SHOWN) {
            shown.add("and " + (wrong.size() - MOST_SHOWN) + " more");
        }
        throw new CommandException(
                ExitCode.FAILED,
                "the audit of " + entries + " entries is not as it was written:" + System.lineSeparator()
                        + String.join(System.lineSeparator(), shown));
    }

    private static List<String> found(List<ChainCheck> chains, Function<ChainCheck, List<String>> what) {
        return chains.stream().flatMap(chain -> what.apply(chain).stream()).toList();
    }

    /** Those that stand on the audited topics now. */
    private static List<ConsumerRecord<byte[], byte[]>> records(KafkaOptions kafka) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        TopicContents.read(kafka.connection(), Topics.audited(), records::add);
        return records;
    }

    private static List<ChainCheck> chains(
            KafkaOptions kafka, Map<Integer, Map<Long, String>> kept, List<ConsumerRecord<byte[], byte[]>> records) {
        List<ChainCheck> chains = new ArrayList<>();
        for (int chain = 0; chain < Topics.AUDIT.partitions(); chain++) {
            chains.add(new ChainCheck(chain, kept.getOrDefault(chain, Map.of())));
        }
        Topic<AuditEntry> audit = Topics.AUDIT;
        DecodingDeserializer<AuditEntry> decoder = kafka.serdes().decoder(audit);
        TopicContents.read(kafka.connection(), List.of(audit), record -> {
            ChainCheck chain = chains.get(record.partition());
            Decoded<AuditEntry> decoded = decoder.deserialize(record.topic(), record.value());
            if (decoded instanceof Decoded.Value<AuditEntry> read) {
                chain.next(read.value(), record.value());
            } else {
                chain.unreadable(
                        record.offset(),
                        decoded instanceof Decoded.Unreadable<AuditEntry> not ? not.reason() : "it has no value");
            }
        });
        records.forEach(record ->
                chains.get(record.partition()).record(record.topic(), key(record), record.offset(), record.value()));
        return chains;
    }

    /** Empty where there is none. */
    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    }

    /** Hashes by sequence by chain; empty where none were named. */
    private Map<Integer, Map<Long, String>> kept() {
        Map<Integer, Map<Long, String>> kept = new HashMap<>();
        if (expected == null) {
            return kept;
        }
        List<String> lines;
        try {
            lines = Files.readAllLines(expected);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT, "--expect: cannot read " + expected + ": " + e.getMessage());
        }
        Set<Integer> chains = new TreeSet<>();
        for (String line : lines) {
            Matcher head = HEAD.matcher(line.strip());
            if (!head.matches() || Integer.parseInt(head.group(1)) >= Topics.AUDIT.partitions()) {
                throw new CommandException(
                        ExitCode.INVALID_INPUT, expected + ": '" + line + "' is no head (CHAIN:SEQUENCE:HASH)");
            }
            chains.add(Integer.parseInt(head.group(1)));
            // An empty chain has none.
            if (head.group(3) != null) {
                kept.computeIfAbsent(Integer.parseInt(head.group(1)), any -> new HashMap<>())
                        .put(Long.parseLong(head.group(2)), head.group(3));
            }
        }
        if (chains.size() < Topics.AUDIT.partitions()) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    expected + " has the heads of " + chains.size() + " of " + Topics.AUDIT.partitions()
                            + " chains: it is cut off, and nothing could be told of the others");
        }
        return kept;
    }
}
