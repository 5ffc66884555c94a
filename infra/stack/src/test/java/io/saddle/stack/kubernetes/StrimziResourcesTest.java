package io.saddle.stack.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.topic.AccessRules;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

class StrimziResourcesTest {

    private static final StrimziResources RESOURCES = new StrimziResources("saddle", 3);

    private static List<JsonNode> ofKind(String kind) {
        ObjectMapper mapper = new ObjectMapper();
        return RESOURCES.all().stream()
                .<JsonNode>map(mapper::valueToTree)
                .filter(resource -> resource.get("kind").asText().equals(kind))
                .toList();
    }

    private static JsonNode named(String kind, String name) {
        return ofKind(kind).stream()
                .filter(resource -> resource.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static AclBinding rule(String host, AclPermissionType permission, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, "saddle.runs", PatternType.LITERAL),
                new AccessControlEntry("User:ada", host, operation, permission));
    }

    @Test
    void everyTopicAndItsDeadLettersAreThereAsTheSetUpWouldMakeThem() {
        assertEquals(
                Topics.all().stream()
                        .flatMap(topic -> Stream.of(topic.name(), topic.deadLetterName()))
                        .toList(),
                ofKind("KafkaTopic").stream()
                        .map(topic -> topic.at("/metadata/name").asText())
                        .toList());
        for (Topic<?> topic : Topics.all()) {
            JsonNode spec = named("KafkaTopic", topic.name()).get("spec");
            assertEquals(topic.partitions(), spec.get("partitions").asInt());
            assertEquals(3, spec.get("replicas").asInt());
            assertEquals(new ObjectMapper().valueToTree(topic.settings()), spec.get("config"));
        }
    }

    @Test
    void everyRuleOfAUserIsSaidAndNoOther() {
        for (String user : AccessRules.users()) {
            Set<String> said = new HashSet<>();
            named("KafkaUser", user)
                    .at("/spec/authorization/acls")
                    .forEach(acl -> acl.get("operations")
                            .forEach(operation -> said.add((acl.at("/resource/type")
                                                    .asText() + " "
                                            + acl.at("/resource/patternType").asText() + " "
                                            + acl.at("/resource/name").asText() + " " + operation.asText())
                                    .toLowerCase())));
            Set<String> ruled = new HashSet<>();
            AccessRules.of(user)
                    .forEach(rule -> ruled.add((rule.pattern().resourceType() + " "
                                    + rule.pattern().patternType() + " "
                                    + rule.pattern().name() + " "
                                    + rule.entry().operation())
                            // There is but one cluster; a KafkaUser does not name it.
                            .replace("LITERAL kafka-cluster", " ")
                            .replace("_", "")
                            .replace("PREFIXED", "prefix")
                            .toLowerCase()));
            assertEquals(ruled, said, user);
        }
    }

    @Test
    void aUserLogsInWithAPasswordThatTheOperatorMakes() {
        assertEquals(
                "{\"type\":\"scram-sha-512\"}",
                named("KafkaUser", "primal-trainer").at("/spec/authentication").toString());
    }

    @Test
    void whatAKafkaUserCannotSayIsRefusedRatherThanWidened() {
        for (AclBinding rule : List.of(
                rule("10.0.0.1", AclPermissionType.ALLOW, AclOperation.READ),
                rule("*", AclPermissionType.DENY, AclOperation.READ),
                rule("*", AclPermissionType.ALLOW, AclOperation.CREATE_TOKENS))) {
            assertThrows(IllegalArgumentException.class, () -> RESOURCES.user("ada", List.of(rule)), rule.toString());
        }
    }
}
