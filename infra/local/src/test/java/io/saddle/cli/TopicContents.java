package io.saddle.cli;

import io.saddle.kafka.KafkaSettings;
import io.saddle.serde.Serdes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All that lies on topics, as {@code topics tail} shows it. */
public final class TopicContents {

    private TopicContents() {}

    /** Reads until {@code count} records came, or none for 5 s. */
    public static List<String> read(String bootstrapServers, Serdes serdes, List<String> topics, int count) {
        List<String> lines = new ArrayList<>();
        Map<String, Object> reader = new KafkaSettings(bootstrapServers, "not asked").reader();
        try (TopicTail tail = new TopicTail(reader, serdes, topics, true)) {
            tail.follow(null, count, 5.0, lines::add);
        }
        return lines;
    }
}
