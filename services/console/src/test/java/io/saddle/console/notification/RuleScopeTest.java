package io.saddle.console.notification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.saddle.schema.NotificationKind;
import io.saddle.schema.NotificationRule;
import io.saddle.schema.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleScopeTest {

    private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");

    private static boolean speaks(String glob, String run) {
        NotificationRule rule = NotificationRule.newBuilder()
                .setName("rule")
                .setChannel("ops")
                .setRuns(glob)
                .setLabels(List.of())
                .setRunPhases(List.of())
                .setExecutionPhases(List.of())
                .setCreatedAt(NOW)
                .setUpdatedAt(NOW)
                .build();
        Occurrence occurrence = new Occurrence(
                NotificationKind.RUN_ENDED, Severity.INFO, run, null, null, null, "", "", "", Map.of(), NOW);
        return RuleScope.holds(rule, occurrence, Map.of(), NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "*, faces-1, true",
        "*, '', true",
        "'', '', true",
        "'', a, false",
        "faces-*, faces-1, true",
        "faces-*, faces-, true",
        "faces-*, faces, false",
        "faces-*, my-faces-1, false",
        "*-1, faces-1, true",
        "*-1, faces-1-1, true",
        "*-1, faces-12, false",
        "*ab*ac, abacabac, true",
        "*ab*ac, abacab, false",
        "f?ces, faces, true",
        "f?ces, fces, false",
        "?, 😀, true",
        "?*?, a, false",
        "?*?, ab, true",
        "a**b, a--b, true",
        "a.c, abc, false",
        "[a]+, a, false",
        "a*, 'a\\Eb', true"
    })
    void aStarStandsForAnyCharactersAndAQuestionMarkForOne(String glob, String run, boolean speaks) {
        assertEquals(speaks, speaks(glob, run));
    }

    /** A regular expression looked for it until the end of the days, in the thread that tells everybody. */
    @Test
    void aRuleOfManyStarsComesBackAtOnce() {
        assertFalse(assertTimeoutPreemptively(
                Duration.ofSeconds(5), () -> speaks("*a".repeat(60) + "*b", "a".repeat(100))));
    }
}
