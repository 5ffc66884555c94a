package io.saddle.stack;

import io.saddle.topic.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;

/** The topics of the contract and their dead-letter topics, as they are created and compared. */
public final class ContractTopics {

    /** What to do about another number of partitions. */
    public static final String PARTITIONS_REMEDY =
            "delete the topic and run the set-up again, or set topics.yaml to the same number for every topic";

    private ContractTopics() {}

    /** Each topic, and behind it that of its dead letters. */
    public static List<NewTopic> of(Collection<Topic<?>> topics, short replication) {
        List<NewTopic> all = new ArrayList<>();
        for (Topic<?> topic : topics) {
            all.add(new NewTopic(topic.name(), topic.partitions(), replication).configs(topic.settings()));
            all.add(new NewTopic(topic.deadLetterName(), topic.partitions(), replication)
                    .configs(topic.deadLetterSettings()));
        }
        return all;
    }

    /** What is said of a topic that has another number of partitions than it should; empty if it has not. */
    public static Optional<String> otherPartitions(NewTopic wanted, TopicDescription found) {
        int partitions = found.partitions().size();
        return partitions == wanted.numPartitions()
                ? Optional.empty()
                : Optional.of("topic " + wanted.name() + " has " + partitions + " partitions, topics.yaml says "
                        + wanted.numPartitions());
    }
}
