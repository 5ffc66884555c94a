package io.saddle.stack.kubernetes;

import io.saddle.topic.AccessRules;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The topic list and the access rules as resources of Strimzi's {@code kafka.strimzi.io/v1}: a KafkaTopic for each topic and
 * each dead-letter topic, a KafkaUser with SCRAM-SHA-512 and its ACLs for each user.
 */
public final class StrimziResources {

    private static final String API = "kafka.strimzi.io/v1";
    private static final String CLUSTER_LABEL = "strimzi.io/cluster";

    private static final Map<ResourceType, String> RESOURCES = Map.of(
            ResourceType.TOPIC, "topic",
            ResourceType.GROUP, "group",
            ResourceType.TRANSACTIONAL_ID, "transactionalId",
            ResourceType.CLUSTER, "cluster");

    private static final Map<AclOperation, String> OPERATIONS = Map.of(
            AclOperation.READ, "Read",
            AclOperation.WRITE, "Write",
            AclOperation.CREATE, "Create",
            AclOperation.DELETE, "Delete",
            AclOperation.ALTER, "Alter",
            AclOperation.DESCRIBE, "Describe",
            AclOperation.ALTER_CONFIGS, "AlterConfigs",
            AclOperation.DESCRIBE_CONFIGS, "DescribeConfigs",
            AclOperation.IDEMPOTENT_WRITE, "IdempotentWrite");

    private final String cluster;
    private final int replicas;

    /**
     * @param cluster name of the Kafka resource that they belong to
     * @param replicas replication factor of every topic
     */
    public StrimziResources(String cluster, int replicas) {
        this.cluster = cluster;
        this.replicas = replicas;
    }

    /** All of them: topics in the order of the list, each with its dead letters behind it, then users. */
    public List<Map<String, Object>> all() {
        return Stream.concat(
                        Topics.all().stream().flatMap(this::topics),
                        AccessRules.users().stream().map(user -> user(user, AccessRules.of(user))))
                .toList();
    }

    private Stream<Map<String, Object>> topics(Topic<?> topic) {
        return Stream.of(
                topic(topic.name(), topic.partitions(), topic.settings()),
                topic(topic.deadLetterName(), topic.partitions(), topic.deadLetterSettings()));
    }

    private Map<String, Object> topic(String name, int partitions, Map<String, String> settings) {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("partitions", partitions);
        spec.put("replicas", replicas);
        spec.put("config", new TreeMap<>(settings));
        return resource("KafkaTopic", name, spec);
    }

    /**
     * @throws IllegalArgumentException if there is a rule that a KafkaUser cannot say, such as one for some hosts only
     */
    Map<String, Object> user(String name, Collection<AclBinding> rules) {
        Map<ResourcePattern, List<String>> operations = new LinkedHashMap<>();
        for (AclBinding rule : rules) {
            operations
                    .computeIfAbsent(rule.pattern(), pattern -> new ArrayList<>())
                    .add(operation(name, rule));
        }
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("authentication", Map.of("type", "scram-sha-512"));
        Map<String, Object> authorization = new LinkedHashMap<>();
        authorization.put("type", "simple");
        authorization.put(
                "acls",
                operations.entrySet().stream()
                        .map(entry -> acl(entry.getKey(), entry.getValue()))
                        .collect(Collectors.toList()));
        spec.put("authorization", authorization);
        return resource("KafkaUser", name, spec);
    }

    private static Map<String, Object> acl(ResourcePattern pattern, List<String> operations) {
        Map<String, Object> resource = new LinkedHashMap<>();
        resource.put("type", known(RESOURCES, pattern.resourceType()));
        if (pattern.resourceType() != ResourceType.CLUSTER) {
            resource.put("name", pattern.name());
            resource.put("patternType", pattern.patternType() == PatternType.PREFIXED ? "prefix" : "literal");
        }
        Map<String, Object> acl = new LinkedHashMap<>();
        acl.put("resource", resource);
        acl.put("operations", operations);
        return acl;
    }

    private static String operation(String user, AclBinding rule) {
        AccessControlEntry entry = rule.entry();
        if (!entry.principal().equals("User:" + user)
                || !entry.host().equals("*")
                || entry.permissionType() != AclPermissionType.ALLOW) {
            throw new IllegalArgumentException("a KafkaUser cannot say " + rule);
        }
        return known(OPERATIONS, entry.operation());
    }

    private static <K> String known(Map<K, String> names, K key) {
        String name = names.get(key);
        if (name == null) {
            throw new IllegalArgumentException("a KafkaUser cannot say " + key);
        }
        return name;
    }

    private Map<String, Object> resource(String kind, String name, Map<String, Object> spec) {
        Map<String, Object> resource = new LinkedHashMap<>();
        resource.put("apiVersion", API);
        resource.put("kind", kind);
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", name);
        metadata.put("labels", Map.of(CLUSTER_LABEL, cluster));
        resource.put("metadata", metadata);
        resource.put("spec", spec);
        return resource;
    }
}
