package io.saddle.topic;

import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DELETE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessRulesTest {

    @ParameterizedTest
    @CsvSource({
        "saddle.runs, console",
        "saddle.snapshots, primal-trainer",
        "saddle.loss-estimates, constraint-evaluator primal-trainer",
        "saddle.multipliers, dual-updater",
        "saddle.fid-scores, fid-evaluator",
        "saddle.run-status, primal-trainer console",
        "saddle.run-metadata, console",
    })
    void onlyATopicsWritersMayWriteToIt(String topic, String writers) {
        assertEquals(Set.of(writers.split(" ")), whoMay(WRITE, ResourceType.TOPIC, topic));
    }

    @Test
    void dataSetsAreAnnouncedByAPersonAndByNoService() {
        assertEquals(Set.of(), whoMay(WRITE, ResourceType.TOPIC, "saddle.datasets"));
        assertEquals(Set.of("console"), whoMay(READ, ResourceType.TOPIC, "saddle.datasets"));
        assertTrue(may(AccessRules.OPERATOR, WRITE, ResourceType.TOPIC, "saddle.datasets"));
        assertFalse(AccessRules.services().contains(AccessRules.OPERATOR));
        assertEquals(
                1,
                AccessRules.users().stream()
                        .filter(AccessRules.OPERATOR::equals)
                        .count());
    }

    @Test
    void onlyReadersMayReadAndKeepWhatTheyCouldNot() {
        assertEquals(
                Set.of("primal-trainer", "console", "dual-updater", "constraint-evaluator"),
                whoMay(READ, ResourceType.TOPIC, "saddle.multipliers"));
        assertEquals(Set.of("primal-trainer", "console"), whoMay(WRITE, ResourceType.TOPIC, "saddle.multipliers.dlq"));
        assertEquals(Set.of(), whoMay(READ, ResourceType.TOPIC, "saddle.multipliers.dlq"));
    }

    @Test
    void everyServiceSeesWhetherTheTopicsAreThere() {
        for (Topic<?> topic : Topics.all()) {
            assertEquals(AccessRules.services(), whoMay(DESCRIBE, ResourceType.TOPIC, topic.name()));
            assertEquals(AccessRules.services(), whoMay(DESCRIBE, ResourceType.TOPIC, topic.deadLetterName()));
        }
    }

    @Test
    void onlyATrainerMayFenceARun() {
        for (String user : AccessRules.users()) {
            assertEquals(
                    user.equals("primal-trainer"), may(user, WRITE, ResourceType.TRANSACTIONAL_ID, "saddle-run-x"));
        }
    }

    @Test
    void transactionsOfTheConsoleAndTheUpdaterAreTheirOwn() {
        for (String service : Set.of("console", "dual-updater")) {
            for (String user : AccessRules.users()) {
                assertEquals(
                        user.equals(service),
                        may(user, WRITE, ResourceType.TRANSACTIONAL_ID, "saddle-" + service + "-x"),
                        user + " and the transactions of " + service);
            }
        }
    }

    @Test
    void groupsAreAServicesOwn() {
        assertEquals(
                Set.of("constraint-evaluator"), whoMay(READ, ResourceType.GROUP, "saddle-constraint-evaluator-next"));
        assertEquals(Set.of("console"), whoMay(READ, ResourceType.GROUP, "saddle-console-history"));
        assertEquals(Set.of(), whoMay(READ, ResourceType.GROUP, "others"));
    }

    @Test
    void theUpdatersStateIsItsOwn() {
        String changelog = "saddle-dual-updater-runs-changelog";
        assertEquals(Set.of("dual-updater"), whoMay(CREATE, ResourceType.TOPIC, changelog));
        for (String user : AccessRules.users()) {
            assertEquals(user.equals("dual-updater"), may(user, WRITE, ResourceType.TOPIC, changelog));
        }
    }

    @Test
    void whoRestoresSeesWhatServicesHaveKeptAndMayDeleteIt() {
        for (String group : Set.of(
                ConsumerGroups.DUAL_UPDATER,
                ConsumerGroups.PIPELINES,
                ConsumerGroups.AUDIT,
                ConsumerGroups.NOTIFICATIONS)) {
            String changelog = group + "-any-changelog";
            assertTrue(may(AccessRules.OPERATOR, DESCRIBE, ResourceType.TOPIC, changelog));
            assertTrue(may(AccessRules.OPERATOR, DELETE, ResourceType.TOPIC, changelog));
            assertFalse(may(AccessRules.OPERATOR, READ, ResourceType.TOPIC, changelog));
            assertFalse(may(AccessRules.VIEWER, DESCRIBE, ResourceType.TOPIC, changelog));
        }
    }

    @Test
    void peopleLookOrOperate() {
        for (Topic<?> topic : Topics.all()) {
            for (String name : Set.of(topic.name(), topic.deadLetterName())) {
                assertTrue(may(AccessRules.VIEWER, READ, ResourceType.TOPIC, name));
                assertFalse(may(AccessRules.VIEWER, WRITE, ResourceType.TOPIC, name));
                assertTrue(may(AccessRules.OPERATOR, WRITE, ResourceType.TOPIC, name));
                assertTrue(may(AccessRules.OPERATOR, CREATE, ResourceType.TOPIC, name));
            }
        }
        assertFalse(may(AccessRules.OPERATOR, READ, ResourceType.TOPIC, "others.topic"));
    }

    @Test
    void aUserThatIsNotThereIsNamed() {
        String message = assertThrows(IllegalArgumentException.class, () -> AccessRules.of("trainer"))
                .getMessage();
        assertTrue(message.contains("'trainer'") && message.contains("primal-trainer"), message);
    }

    private static Set<String> whoMay(AclOperation operation, ResourceType type, String name) {
        return AccessRules.services().stream()
                .filter(service -> may(service, operation, type, name))
                .collect(Collectors.toSet());
    }

    /** As Kafka's own authorizer decides: whoever may read or write may also describe. */
    private static boolean may(String user, AclOperation operation, ResourceType type, String name) {
        return AccessRules.of(user).stream()
                .filter(binding -> binding.entry().operation() == operation || operation == DESCRIBE)
                .anyMatch(binding -> covers(binding, type, name));
    }

    private static boolean covers(AclBinding binding, ResourceType type, String name) {
        String pattern = binding.pattern().name();
        return binding.pattern().resourceType() == type
                && (binding.pattern().patternType() == PatternType.PREFIXED
                        ? name.startsWith(pattern)
                        : name.equals(pattern));
    }
}
