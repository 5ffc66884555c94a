package io.saddle.cli.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.saddle.topic.DeadLetterHeaders;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The places, in the new cluster, of the records that a backup's dead letters tell of. A record that was no longer on its topic
 * has one before the first: a negative offset, in the order of the old ones. So each letter still tells of one record and of no
 * later one, and what stands behind that place came later.
 */
final class DeadLetterPlaces {

    private final Map<TopicPartition, TreeMap<Long, Long>> places = new HashMap<>();

    /**
     * @param folder of the backup
     * @param deadLetters partitions of topics of dead letters
     * @throws BackupException if a file cannot be read
     */
    static DeadLetterPlaces of(Path folder, Collection<TopicPartition> deadLetters) {
        DeadLetterPlaces places = new DeadLetterPlaces();
        for (TopicPartition partition : deadLetters) {
            PartitionFile.read(
                    PartitionFile.in(folder, partition),
                    partition,
                    kept -> places.add(kept.record().headers()));
        }
        places.places.values().forEach(DeadLetterPlaces::putBeforeTheFirst);
        return places;
    }

    private void add(Headers letter) {
        Origin.of(letter)
                .ifPresent(origin -> places.computeIfAbsent(origin.partition(), any -> new TreeMap<>())
                        .put(origin.offset(), 0L));
    }

    private static void putBeforeTheFirst(TreeMap<Long, Long> offsets) {
        long[] place = {-offsets.size()};
        offsets.replaceAll((old, any) -> place[0]++);
    }

    /** A record stands on the new topic. */
    void put(TopicPartition partition, long old, long now) {
        TreeMap<Long, Long> offsets = places.get(partition);
        if (offsets != null) {
            offsets.replace(old, now);
        }
    }

    /** Tells a letter, by its headers, of the new place; those that tell of none stay as they are. */
    void move(Headers letter) {
        Origin.of(letter).ifPresent(origin -> {
            Long now = places.getOrDefault(origin.partition(), new TreeMap<>()).get(origin.offset());
            if (now != null) {
                letter.remove(DeadLetterHeaders.OFFSET)
                        .add(DeadLetterHeaders.OFFSET, now.toString().getBytes(UTF_8));
            }
        });
    }

    /** The place that a letter's headers name. */
    private record Origin(TopicPartition partition, long offset) {

        static Optional<Origin> of(Headers letter) {
            String topic = text(letter.lastHeader(DeadLetterHeaders.TOPIC));
            try {
                return Optional.of(new Origin(
                        new TopicPartition(
                                topic, Integer.parseInt(text(letter.lastHeader(DeadLetterHeaders.PARTITION)))),
                        Long.parseLong(text(letter.lastHeader(DeadLetterHeaders.OFFSET)))));
            } catch (NumberFormatException somebodyElses) {
                return Optional.empty();
            }
        }

        private static String text(Header header) {
            return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
        }
    }
}
