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
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates topics that are missing and finds those with another number of partitions than the contract's. */
final class TopicSetup {
    private static final int LOOKS = 50;
    private static final int PAUSE_MILLIS = 100;

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
        try {
            int created = 0;
            List<NewTopic> left = ContractTopics.of(topics, replication);
            for (int look = 0; look < LOOKS; look++) {
                List<NewTopic> meanwhile = new ArrayList<>();
                List<NewTopic> missing = missing(left, problems);
                created += missing.isEmpty() ? 0 : create(missing, meanwhile, problems);
                left = meanwhile;
                if (left.isEmpty()) {
                    return created;
                }
                Thread.sleep(PAUSE_MILLIS); // a broker may hear of them only now
            }
            left.forEach(
                    topic -> problems.add("topic " + topic.name() + " cannot be created, since it is there, nor looked"
                            + " at, since it is not: somebody else makes or deletes it; run this again"));
            return created;
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

    /** Those of the topics that are not there; of the others it says what is not as it should be. */
    private List<NewTopic> missing(List<NewTopic> wanted, List<String> problems)
            throws ExecutionException, InterruptedException {
        Map<String, TopicDescription> found = found(wanted);
        List<NewTopic> missing = new ArrayList<>();
        for (NewTopic topic : wanted) {
            TopicDescription there = found.get(topic.name());
            if (there == null) {
                missing.add(topic);
            } else {
                ContractTopics.otherPartitions(topic, there)
                        .ifPresent(problem -> problems.add(problem
                                + ": a run's records would not lie side by side; "
                                + ContractTopics.PARTITIONS_REMEDY));
            }
        }
        return missing;
    }

    /**
     * @param meanwhile takes those that somebody else has made in between, perhaps otherwise
     * @return number of topics created
     */
    private int create(List<NewTopic> missing, List<NewTopic> meanwhile, List<String> problems)
            throws InterruptedException {
        Map<String, KafkaFuture<Void>> answers = admin.createTopics(missing).values();
        int created = 0;
        for (NewTopic topic : missing) {
            try {
                answers.get(topic.name()).get();
                created++;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof TopicExistsException) {
                    meanwhile.add(topic);
                } else {
                    problems.add("topic " + topic.name() + " cannot be created: "
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
