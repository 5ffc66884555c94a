package io.saddle.kafka;

import io.saddle.topic.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * What offsets on a partition mean now: an offset is one of a topic of some id, and a topic that was made again, or restored elsewhere, has
 * another one.
 *
 * @param ids by which Kafka knows the topics, by name; empty where it has none
 * @param ends the offset after the last record of the partition, by topic
 * @param since the offset of the first record of the partition that is not older than some time, else the end, by topic
 */
public record TopicPlaces(Map<String, String> ids, Map<String, Long> ends, Map<String, Long> since) {

    private static final long ANSWER_SECONDS = 10;

    /**
     * Asks the cluster.
     *
     * @throws ExecutionException if it refuses
     * @throws TimeoutException if it does not answer
     * @throws KafkaException if it cannot be asked
     */
    public static TopicPlaces of(KafkaSettings settings, Collection<Topic<?>> topics, int partition, Instant time)
            throws InterruptedException, ExecutionException, TimeoutException {
        Admin admin = Admin.create(settings.admin());
        try {
            KafkaFuture<Map<String, String>> asked =
                    TopicIds.of(admin, topics.stream().map(Topic::name).toList());
            Map<String, Long> ends = offsets(admin, topics, partition, OffsetSpec.latest());
            Map<String, Long> since = new HashMap<>(ends);
            offsets(admin, topics, partition, OffsetSpec.forTimestamp(time.toEpochMilli()))
                    .forEach((topic, offset) -> {
                        if (offset >= 0) {
                            since.put(topic, offset);
                        }
                    });
            Map<String, String> ids = asked.get(ANSWER_SECONDS, TimeUnit.SECONDS);
            boolean known = !ids.containsValue(Uuid.ZERO_UUID.toString());
            return new TopicPlaces(known ? ids : Map.of(), ends, since);
        } finally {
            // A close that waits would wait for the request that nobody answers.
            admin.close(Duration.ZERO);
        }
    }

    private static Map<String, Long> offsets(Admin admin, Collection<Topic<?>> topics, int partition, OffsetSpec which)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        topics.forEach(topic -> asked.put(new TopicPartition(topic.name(), partition), which));
        Map<String, Long> offsets = new HashMap<>();
        admin.listOffsets(asked)
                .all()
                .get(ANSWER_SECONDS, TimeUnit.SECONDS)
                .forEach((place, found) -> offsets.put(place.topic(), found.offset()));
        return offsets;
    }
}
