package io.saddle.cli.dlq;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.topic.Topic;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The dead letters of a topic in numbers.
 *
 * @param replayed records that were sent again
 * @param newest when the newest letter was written; null if there is none
 * @param reasons most frequent first
 */
record DlqSummary(String topic, int records, int letters, long replayed, String newest, List<Reason> reasons) {

    /** A reason, with the number of its letters and whose they are. */
    record Reason(String reason, int letters, String services) {}

    static DlqSummary of(Topic<?> topic, List<DeadRecord> records) {
        List<Letter> letters =
                records.stream().flatMap(record -> record.letters().stream()).toList();
        Map<String, List<Letter>> byReason = letters.stream().collect(Collectors.groupingBy(Letter::reason));
        return new DlqSummary(
                topic.name(),
                records.size(),
                letters.size(),
                records.stream().filter(record -> record.replayedTo() != null).count(),
                letters.stream()
                        .map(Letter::time)
                        .max(Comparator.naturalOrder())
                        .map(Instant::toString)
                        .orElse(null),
                byReason.entrySet().stream()
                        .map(entry -> reason(entry.getKey(), entry.getValue()))
                        .sorted(Comparator.comparing(Reason::letters).reversed().thenComparing(Reason::reason))
                        .toList());
    }

    private static Reason reason(String reason, List<Letter> letters) {
        return new Reason(
                reason,
                letters.size(),
                letters.stream().map(Letter::service).distinct().sorted().collect(Collectors.joining(", ")));
    }

    ObjectNode json() {
        return new ObjectMapper().valueToTree(this);
    }
}
