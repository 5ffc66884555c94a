package io.saddle.cli.backup;

import io.saddle.topic.ConsumerGroups;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * What services know of the topics that they have read, kept in topics of their own. Where those outlive the topics that a backup is put
 * into, their services are ahead of it: an audit chain goes on behind an end that is not there, and what comes again is passed over.
 */
final class StateOfServices {

    private static final String CHANGELOG = "-changelog";

    private StateOfServices() {}

    /**
     * Looks whether there is any. A topic without records is none: where they are made beforehand, nobody needs to delete them.
     *
     * @throws BackupException if there is, or the user may not see it
     * @throws ExecutionException if Kafka does not say
     */
    static void requireNone(Admin admin) throws ExecutionException, InterruptedException {
        requireVisible(admin);
        List<String> changelogs = admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get().stream()
                .filter(name -> name.startsWith(ConsumerGroups.PREFIX) && name.endsWith(CHANGELOG))
                .toList();
        Map<TopicPartition, OffsetSpec> all = new HashMap<>();
        for (TopicDescription topic :
                admin.describeTopics(changelogs).allTopicNames().get().values()) {
            topic.partitions()
                    .forEach(info -> all.put(new TopicPartition(topic.name(), info.partition()), OffsetSpec.latest()));
        }
        SortedSet<String> kept = new TreeSet<>();
        admin.listOffsets(all).all().get().forEach((partition, end) -> {
            if (end.offset() > 0) {
                kept.add(partition.topic());
            }
        });
        if (!kept.isEmpty()) {
            throw new BackupException(
                    kept + " hold what services know of topics that were here before, and the backup does"
                            + " not: end the services and delete these topics; what they hold is rebuilt from the backup");
        }
    }

    /** Kafka lists what the user may see, and says that there is more only to who asks for it by its name, be it there or not. */
    private static void requireVisible(Admin admin) throws ExecutionException, InterruptedException {
        List<String> names =
                Backup.REBUILT.stream().map(group -> group + CHANGELOG).toList();
        for (KafkaFuture<TopicDescription> topic :
                admin.describeTopics(names).topicNameValues().values()) {
            try {
                topic.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof TopicAuthorizationException) {
                    throw new BackupException(
                            "this user may not see whether services have state of topics that were here before ("
                                    + ConsumerGroups.PREFIX + "*" + CHANGELOG
                                    + "): 'operator' may, by the rules of this release ('./saddle setup --users')",
                            e);
                } else if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
    }
}
