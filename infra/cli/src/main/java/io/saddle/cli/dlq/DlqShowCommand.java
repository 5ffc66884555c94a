package io.saddle.cli.dlq;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.serde.AvroDeserializer.RegistryUnavailableException;
import io.saddle.serde.Decoded;
import io.saddle.serde.RecordJson;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topic;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what is in dead letters. */
@Command(
        name = "show",
        description = {
            "Shows dead records: the headers of each letter, key, the first bytes of the value as hex and text, and the value"
                    + " decoded, if it can be decoded now."
        },
        footer = {"  ./saddle dlq show saddle.snapshots 0@17", "  ./saddle dlq show saddle.runs --limit 3 --json"})
final class DlqShowCommand extends DeadLetterCommand {

    private static final int PREVIEW_BYTES = 256;

    @Parameters(index = "0", paramLabel = "TOPIC", description = "The topic on which the records stood.")
    private String name;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PARTITION@OFFSET",
            description = "Where the record stood, as 'dlq list TOPIC' shows it (default: the newest).")
    private String position;

    @Option(names = "--limit", paramLabel = "N", description = "The N newest (default: 1).")
    private int limit = 1;

    @Option(
            names = "--json",
            description = "One JSON array: place, letters with headers, key, value in Base64, decoded.")
    private boolean asJson;

    @Override
    protected int run(KafkaOptions kafka, PrintWriter out) {
        kafka.requireRegistry();
        Topic<?> topic = topic(name);
        try (DeadLetterBox box = open(kafka, List.of(topic))) {
            List<DeadRecord> chosen = position == null
                    ? newest(box.records(topic))
                    : selected(box.records(topic), topic, List.of(position));
            if (asJson) {
                ArrayNode all = JsonNodeFactory.instance.arrayNode();
                chosen.forEach(record -> all.add(json(kafka.serdes(), topic, record, box.fetch(record.newest()))));
                out.println(all);
                return ExitCode.OK;
            }
            chosen.forEach(record -> print(out, kafka.serdes(), topic, record, box.fetch(record.newest())));
            if (chosen.isEmpty()) {
                out.println("no dead letters of " + topic.name());
            }
        }
        return ExitCode.OK;
    }

    private List<DeadRecord> newest(List<DeadRecord> records) {
        return records.stream()
                .sorted(Comparator.comparing(
                                (DeadRecord record) -> record.newest().time())
                        .reversed())
                .limit(limit)
                .toList();
    }

    private static ObjectNode json(
            Serdes serdes, Topic<?> topic, DeadRecord record, ConsumerRecord<byte[], byte[]> raw) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("record", record.origin().toString())
                .put(
                        "replayedTo",
                        record.replayedTo() == null ? null : record.replayedTo().toString())
                .put("key", record.newest().key());
        ArrayNode letters = node.putArray("letters");
        for (Letter letter : record.letters()) {
            ObjectNode one = letters.addObject()
                    .put("letter", letter.at().toString())
                    .put("time", letter.time().toString());
            letter.headers().forEach(one.putObject("headers")::put);
        }
        byte[] value = raw.value();
        node.put("value", value == null ? null : Base64.getEncoder().encodeToString(value));
        node.put("decoded", value == null ? null : decoded(serdes, topic, value));
        return node;
    }

    private static void print(
            PrintWriter out, Serdes serdes, Topic<?> topic, DeadRecord record, ConsumerRecord<byte[], byte[]> raw) {
        out.println(record.origin() + (record.replayedTo() == null ? "" : "  replayed to " + record.replayedTo()));
        for (Letter letter : record.letters()) {
            out.println("  letter " + letter.at() + " of " + letter.time());
            letter.headers().forEach((header, value) -> out.println("    " + header + ": " + value));
        }
        out.println("  key:     " + record.newest().key());
        byte[] value = raw.value();
        if (value == null) {
            out.println("  value:   none");
            return;
        }
        byte[] head = Arrays.copyOf(value, Math.min(value.length, PREVIEW_BYTES));
        out.println(
                "  value:   " + value.length + " bytes" + (head.length < value.length ? ", of which the first" : ""));
        out.println("  hex:     " + HexFormat.of().formatHex(head));
        out.println("  text:    " + printable(new String(head, StandardCharsets.UTF_8)));
        out.println("  decoded: " + decoded(serdes, topic, value));
    }

    private static String decoded(Serdes serdes, Topic<?> topic, byte[] value) {
        try {
            Decoded<?> decoded = serdes.decoder(topic).deserialize(topic.name(), value);
            return decoded instanceof Decoded.Value<?> sound
                    ? RecordJson.of(sound.value()).toString()
                    : "no: " + ((Decoded.Unreadable<?>) decoded).reason();
        } catch (RegistryUnavailableException e) {
            return "not tried: " + e.getMessage();
        }
    }

    /** Control characters of foreign bytes must not reach a terminal. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}\\uFFFD]", ".");
    }
}
