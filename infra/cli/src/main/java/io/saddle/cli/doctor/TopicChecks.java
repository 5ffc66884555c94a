package io.saddle.cli.doctor;

import io.saddle.kafka.OpenTransaction;
import io.saddle.stack.ContractTopics;
import io.saddle.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The contract's topics as a Kafka has them: whether they are there, their settings, their copies, what is open on them, and what the login may do. */
final class TopicChecks {

    static final String TOPICS = "topics";
    static final String SETTINGS = "topic settings";
    static final String COPIES = "topic copies";
    static final String ACCESS = "access";
    /** Of all that are asked. */
    static final List<String> NAMES = List.of(TOPICS, SETTINGS, COPIES, TransactionsCheck.NAME, ACCESS);

    private static final short NO_MATTER = 1;
    /** With fewer brokers there is nothing to lose one of. */
    private static final int BROKERS_THAT_SHARE = 3;

    private final Admin admin;
    private final List<NewTopic> wanted = ContractTopics.of(Topics.all(), NO_MATTER);
    private final Map<String, TopicDescription> found = new HashMap<>();
    private final List<String> hidden = new ArrayList<>();

    private TopicChecks(Admin admin) {
        this.admin = admin;
    }

    /** Asks which of the topics are there. */
    static TopicChecks ask(Admin admin) throws ExecutionException, InterruptedException {
        TopicChecks checks = new TopicChecks(admin);
        Map<String, KafkaFuture<TopicDescription>> answers = admin.describeTopics(
                        checks.wanted.stream().map(NewTopic::name).toList(),
                        new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .topicNameValues();
        for (var answer : answers.entrySet()) {
            try {
                checks.found.put(answer.getKey(), answer.getValue().get());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof AuthorizationException) {
                    checks.hidden.add(answer.getKey());
                } else if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return checks;
    }

    Finding topics() {
        List<String> problems = new ArrayList<>();
        Set<String> remedies = new HashSet<>();
        for (NewTopic topic : wanted) {
            TopicDescription there = found.get(topic.name());
            if (there != null) {
                ContractTopics.otherPartitions(topic, there).ifPresent(problem -> {
                    problems.add(problem);
                    remedies.add(ContractTopics.PARTITIONS_REMEDY);
                });
            } else if (!hidden.contains(topic.name())) {
                problems.add(topic.name() + " is missing");
                remedies.add("'./saddle setup' creates what is missing");
            }
        }
        return problems.isEmpty()
                ? Finding.ok(TOPICS, found.size() + " with the contract's partitions")
                : Finding.failed(TOPICS, Listed.of(problems), String.join("; ", remedies));
    }

    /** Cleanup policies are the contract; how long something is kept is an operator's choice, if he made one. */
    Finding settings() throws ExecutionException, InterruptedException {
        List<String> wrong = new ArrayList<>();
        List<String> other = new ArrayList<>();
        List<NewTopic> there =
                wanted.stream().filter(topic -> found.containsKey(topic.name())).toList();
        Map<String, Config> configs;
        try {
            configs = configs(there);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return Finding.skipped(SETTINGS, "this login may not see them");
            }
            throw e;
        }
        for (NewTopic topic : there) {
            topic.configs().forEach((name, value) -> {
                ConfigEntry entry = configs.get(topic.name()).get(name);
                if (entry != null && !value.equals(entry.value())) {
                    (name.equals(TopicConfig.CLEANUP_POLICY_CONFIG) ? wrong : other)
                            .add(topic.name() + ": " + name + " is " + entry.value() + ", the contract's is " + value);
                }
            });
        }
        String remedy = "kafka-configs.sh --alter --entity-type topics --entity-name TOPIC --add-config NAME=VALUE";
        if (!wrong.isEmpty()) {
            wrong.addAll(other);
            return Finding.failed(
                    SETTINGS, Listed.of(wrong), "set them back, or records are lost or kept for ever: " + remedy);
        }
        return other.isEmpty()
                ? Finding.ok(SETTINGS, "as the contract has them")
                : Finding.warning(SETTINGS, Listed.of(other), "if that is not on purpose: " + remedy);
    }

    private Map<String, Config> configs(Collection<NewTopic> topics) throws ExecutionException, InterruptedException {
        List<ConfigResource> resources = topics.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.name()))
                .toList();
        return admin.describeConfigs(resources).all().get().entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().name(), Map.Entry::getValue));
    }

    /** @param brokers how many there are */
    Finding copies(int brokers) throws ExecutionException, InterruptedException {
        List<String> few = new ArrayList<>();
        List<String> behind = new ArrayList<>();
        Map<String, Integer> least = leastInSync();
        found.forEach((name, topic) -> topic.partitions().forEach(partition -> {
            String which = name + "-" + partition.partition();
            if (partition.leader() == null || partition.isr().size() < least.getOrDefault(name, 1)) {
                behind.add(which + ": " + partition.isr().size() + " of "
                        + partition.replicas().size() + " copies in sync");
            }
            if (brokers >= BROKERS_THAT_SHARE && partition.replicas().size() < 2) {
                few.add(which);
            }
        }));
        if (!behind.isEmpty()) {
            return Finding.failed(
                    COPIES,
                    Listed.of(behind),
                    "nothing can be written there: start the brokers that are away, see their logs");
        }
        return few.isEmpty()
                ? Finding.ok(COPIES, "enough of them in sync" + (brokers == 1 ? ", one of each on the one broker" : ""))
                : Finding.warning(
                        COPIES,
                        "a single copy on " + brokers + " brokers: " + Listed.of(few),
                        "kafka-reassign-partitions.sh gives them more; './saddle setup --replication 3' makes new ones so");
    }

    /** On those that the login may read. */
    Finding transactions() throws ExecutionException, InterruptedException {
        List<TopicPartition> partitions = found.values().stream()
                .filter(topic -> may(topic, AclOperation.READ))
                .flatMap(topic -> topic.partitions().stream()
                        .filter(partition -> partition.leader() != null)
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
        return partitions.isEmpty()
                ? Finding.skipped(TransactionsCheck.NAME, "no topic that this login may read")
                : TransactionsCheck.of(OpenTransaction.of(admin, partitions), Instant.now());
    }

    private Map<String, Integer> leastInSync() throws ExecutionException, InterruptedException {
        Map<String, Integer> least = new HashMap<>();
        try {
            configs(wanted.stream()
                            .filter(topic -> found.containsKey(topic.name()))
                            .toList())
                    .forEach((name, config) -> least.put(
                            name,
                            Integer.parseInt(config.get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG)
                                    .value())));
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof AuthorizationException)) {
                throw e;
            }
        }
        return least;
    }

    /** What the login may do with the topics that are there. */
    Finding access() {
        List<String> unread = without(AclOperation.READ);
        List<String> unwritten = without(AclOperation.WRITE);
        String counts = "may read " + (found.size() - unread.size()) + " and write " + (found.size() - unwritten.size())
                + " of " + (found.size() + hidden.size()) + " topics";
        if (!hidden.isEmpty() || !unread.isEmpty()) {
            List<String> all = new ArrayList<>(hidden);
            all.addAll(unread);
            return Finding.failed(
                    ACCESS,
                    counts + "; cannot read " + Listed.of(all),
                    "log in as viewer or operator with --login, or './saddle setup --users' grants what this release needs");
        }
        return unwritten.isEmpty()
                ? Finding.ok(ACCESS, counts)
                : Finding.warning(
                        ACCESS,
                        counts,
                        "to announce data sets, replay dead letters or work at tasks, log in as operator with --login");
    }

    private static boolean may(TopicDescription topic, AclOperation operation) {
        return topic.authorizedOperations() == null
                || topic.authorizedOperations().contains(operation);
    }

    private List<String> without(AclOperation operation) {
        return found.values().stream()
                .filter(topic -> !may(topic, operation))
                .map(TopicDescription::name)
                .sorted()
                .toList();
    }
}
