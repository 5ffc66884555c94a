package io.saddle.stack;

import io.saddle.topic.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates topics that are missing and finds those with another number of partitions than the contract's. */
final class TopicSetup {

    private final Admin admin;
    private final short replication;

    TopicSetup(Admin admin, short replication) {
        this.admin = admin;
        this.replication = replication;
    }

    /**
     * @param problems takes a line for each topic that is not as it should be
     * @return number of topics created
     */
    int run(Collection<Topic<?>> topics, List<String> problems) {
        List<NewTopic> wanted = new ArrayList<>(ContractTopics.of(topics, replication));
        try {
            Map<String, TopicDescription> found = found(wanted);
            for (NewTopic topic : wanted) {
                TopicDescription there = found.get(topic.name());
                if (there != null) {
                    ContractTopics.otherPartitions(topic, there)
                            .ifPresent(problem -> problems.add(problem
                                    + ": a run's records would not lie side by side; "
                                    + ContractTopics.PARTITIONS_REMEDY));
                }
            }
            wanted.removeIf(topic -> found.containsKey(topic.name()));
            return create(wanted, problems);
        } catch (ExecutionException e) {
            throw new StackException(
                    "Kafka cannot be asked for its topics: " + e.getCause().getMessage()
                            + " (is the address right, and does the broker run?)",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("interrupted while creating topics", e);
        }
    }

    private int create(List<NewTopic> missing, List<String> problems) throws InterruptedException {
        int created = 0;
        for (var entry : admin.createTopics(missing).values().entrySet()) {
            try {
                entry.getValue().get();
                created++;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    problems.add("topic " + entry.getKey() + " cannot be created: "
                            + e.getCause().getMessage() + " (its replication factor is the setting "
                            + Setting.REPLICATION.key() + ", now " + replication + ")");
                }
            }
        }
        return created;
    }

    /** What is there, by name. A topic that one broker lists may be gone, or not yet known to the next, when it is described: it is missing. */
    private Map<String, TopicDescription> found(List<NewTopic> wanted) throws ExecutionException, InterruptedException {
        Set<String> listed = admin.listTopics().names().get();
        Map<String, TopicDescription> found = new HashMap<>();
        for (var answer : admin.describeTopics(wanted.stream()
                        .map(NewTopic::name)
                        .filter(listed::contains)
                        .toList())
                .topicNameValues()
                .entrySet()) {
            try {
                found.put(answer.getKey(), answer.getValue().get());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return found;
    }
}
