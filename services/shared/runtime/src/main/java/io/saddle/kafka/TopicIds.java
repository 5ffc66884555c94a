package io.saddle.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.KafkaFuture;

/** The ids by which Kafka knows topics: one that was made again, or restored elsewhere, has its name and another id. */
public final class TopicIds {

    private TopicIds() {}

    /**
     * Those of the topics that there are, internal ones included, by their names.
     *
     * @param wanted by name
     * @throws ExecutionException if the cluster refuses, or does not answer
     */
    public static Map<String, String> of(KafkaSettings settings, Predicate<String> wanted)
            throws InterruptedException, ExecutionException {
        Admin admin = Admin.create(settings.admin());
        try {
            List<String> names = admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get().stream()
                    .filter(wanted)
                    .toList();
            return of(admin, names).get();
        } finally {
            // A close that waits would wait for the request that nobody answers.
            admin.close(Duration.ZERO);
        }
    }

    static KafkaFuture<Map<String, String>> of(Admin admin, Collection<String> names) {
        return admin.describeTopics(names).allTopicNames().thenApply(described -> {
            Map<String, String> ids = new TreeMap<>();
            described.forEach((name, topic) -> ids.put(name, topic.topicId().toString()));
            return ids;
        });
    }
}
