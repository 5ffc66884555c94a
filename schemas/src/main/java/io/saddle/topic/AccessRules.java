package io.saddle.topic;

import static org.apache.kafka.common.acl.AclOperation.ALTER;
import static org.apache.kafka.common.acl.AclOperation.ALTER_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DELETE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The rights of each user of a secured Kafka, from the topic list: a service writes the topics whose writer it is, reads those
 * whose reader or rebuilder it is, and nothing else. Services log in under their own names ({@code primal-trainer}); people as
 * {@link #OPERATOR} or {@link #VIEWER}. What is not allowed here is to be refused by the broker.
 */
public final class AccessRules {

    /** Sets up topics, announces data sets, sends dead letters again; may do anything with saddle's topics. */
    public static final String OPERATOR = "operator";

    /** Reads every topic and writes none. */
    public static final String VIEWER = "viewer";

    /** Sets up everything; the brokers ask nothing of it. */
    public static final String ADMIN = "admin";

    /** The brokers themselves, towards each other. */
    public static final String BROKER = "broker";

    private static final String PRIMAL_TRAINER = "primal-trainer";
    private static final String DUAL_UPDATER = "dual-updater";
    private static final String CONSOLE = "console";

    /** The prefix of every topic's name. */
    private static final String TOPICS = "saddle.";
    /** The prefix of the name of every consumer group, transactional id and internal topic. */
    private static final String CLIENTS = "saddle-";
    /** A run's transactional id is this and the run's id: whoever opens it fences the run's trainer before. */
    private static final String RUNS = CLIENTS + "run-";

    private final String user;
    private final Set<AclBinding> bindings = new LinkedHashSet<>();

    private AccessRules(String user) {
        this.user = user;
    }

    /** The services of the topic list, sorted; a person who writes to a topic is none. */
    public static SortedSet<String> services() {
        SortedSet<String> services = new TreeSet<>();
        for (Topic<?> topic : Topics.all()) {
            services.addAll(topic.writers());
            services.addAll(topic.readers());
        }
        services.remove(OPERATOR);
        return services;
    }

    /** Everybody that rules are made for: the services, then people. */
    public static List<String> users() {
        List<String> users = new ArrayList<>(services());
        users.add(OPERATOR);
        users.add(VIEWER);
        return users;
    }

    /**
     * The rights of one user, from any host.
     *
     * @throws IllegalArgumentException if there is no such user; the message lists those that there are
     */
    public static Collection<AclBinding> of(String user) {
        AccessRules rules = new AccessRules(user);
        switch (user) {
            case OPERATOR -> rules.operate();
            case VIEWER -> rules.view();
            default -> {
                if (!services().contains(user)) {
                    throw new IllegalArgumentException("no user '" + user + "'; there are " + users());
                }
                rules.serve();
            }
        }
        return rules.bindings;
    }

    private void serve() {
        // Whether all topics are there is what a service asks first.
        allow(ResourceType.TOPIC, PatternType.PREFIXED, TOPICS, DESCRIBE);
        for (Topic<?> topic : Topics.all()) {
            if (topic.writers().contains(user)) {
                allow(ResourceType.TOPIC, PatternType.LITERAL, topic.name(), WRITE);
            }
            if (topic.readers().contains(user)) {
                allow(ResourceType.TOPIC, PatternType.LITERAL, topic.name(), READ);
                allow(ResourceType.TOPIC, PatternType.LITERAL, topic.deadLetterName(), WRITE);
            }
            if (topic.rebuilders().contains(user)) {
                allow(ResourceType.TOPIC, PatternType.LITERAL, topic.name(), READ);
            }
        }
        // A service has several groups, and other deployments of it have their own.
        allow(ResourceType.GROUP, PatternType.PREFIXED, CLIENTS + user, READ);
        if (user.equals(PRIMAL_TRAINER)) {
            allow(ResourceType.TRANSACTIONAL_ID, PatternType.PREFIXED, RUNS, WRITE);
        }
        if (user.equals(CONSOLE) || user.equals(DUAL_UPDATER)) {
            // Kafka Streams: exactly once, and its state's changelog. And a submission is written whole or not at all.
            allow(ResourceType.TRANSACTIONAL_ID, PatternType.PREFIXED, CLIENTS + user, WRITE);
            allow(
                    ResourceType.TOPIC,
                    PatternType.PREFIXED,
                    CLIENTS + user + "-",
                    CREATE,
                    DELETE,
                    DESCRIBE_CONFIGS,
                    READ,
                    WRITE);
        }
    }

    private void operate() {
        allow(
                ResourceType.TOPIC,
                PatternType.PREFIXED,
                TOPICS,
                ALTER,
                ALTER_CONFIGS,
                CREATE,
                DELETE,
                DESCRIBE_CONFIGS,
                READ,
                WRITE);
        // What services have kept of topics that are no more is in a restore's way.
        allow(ResourceType.TOPIC, PatternType.PREFIXED, CLIENTS, DELETE, DESCRIBE);
        // How much the topics take on the brokers' disks.
        allow(ResourceType.CLUSTER, PatternType.LITERAL, Resource.CLUSTER_NAME, DESCRIBE);
        allow(ResourceType.GROUP, PatternType.PREFIXED, CLIENTS, READ, DELETE);
        allow(ResourceType.TRANSACTIONAL_ID, PatternType.PREFIXED, CLIENTS + "dlq-", WRITE);
    }

    private void view() {
        allow(ResourceType.TOPIC, PatternType.PREFIXED, TOPICS, READ);
        for (String group : List.of("follow-", "track")) {
            allow(ResourceType.GROUP, PatternType.PREFIXED, CLIENTS + group, READ);
        }
    }

    private void allow(ResourceType type, PatternType pattern, String name, AclOperation... operations) {
        for (AclOperation operation : operations) {
            bindings.add(new AclBinding(
                    new ResourcePattern(type, name, pattern),
                    new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW)));
        }
    }
}
