package io.saddle.kafka;

import io.saddle.topic.Topic;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * What offsets on a partition mean now: an offset is one of a topic of some id, and a topic that was made again, or restored elsewhere, has
 * another one.
 *
 * @param ids by which Kafka knows the topics, by name
 * @param ends the offset after the last record of the partition, by topic
 */
public record TopicPlaces(Map<String, String> ids, Map<String, Long> ends) {

    private static final long ANSWER_SECONDS = 10;

    /**
     * Asks the cluster.
     *
     * @throws ExecutionException if it refuses
     * @throws TimeoutException if it does not answer
     */
    public static TopicPlaces of(KafkaSettings settings, Collection<Topic<?>> topics, int partition)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        topics.forEach(topic -> latest.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest()));
        Admin admin = Admin.create(settings.admin());
        try {
            KafkaFuture<Map<String, TopicDescription>> described = admin.describeTopics(
                            topics.stream().map(Topic::name).toList())
                    .allTopicNames();
            KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> listed =
                    admin.listOffsets(latest).all();
            Map<String, String> ids = new HashMap<>();
            described
                    .get(ANSWER_SECONDS, TimeUnit.SECONDS)
                    .forEach((name, topic) -> ids.put(name, topic.topicId().toString()));
            Map<String, Long> ends = new HashMap<>();
            listed.get(ANSWER_SECONDS, TimeUnit.SECONDS).forEach((place, end) -> ends.put(place.topic(), end.offset()));
            return new TopicPlaces(ids, ends);
        } finally {
            // A close that waits would wait for the request that nobody answers.
            admin.close(Duration.ZERO);
        }
    }
}
