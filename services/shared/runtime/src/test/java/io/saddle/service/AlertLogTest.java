package io.saddle.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Severity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlertLogTest {

    private static final Instant BEGIN = Instant.parse("2026-01-02T03:04:05Z");

    private final List<String> sent = new ArrayList<>();
    private long now = 1;
    private final AlertLog log = new AlertLog("a-service", Clock.fixed(BEGIN, ZoneOffset.UTC), () -> now);

    private void raise(String runId, String message, Long step) {
        log.raise(runId, AlertKind.OTHER, Severity.ERROR, message, "a remedy", step)
                .map(Alert::getMessage)
                .ifPresent(sent::add);
    }

    private void raiseEvery(Duration every, int times) {
        for (int i = 0; i < times; i++) {
            raise("r", "no data", null);
            now += every.toNanos();
        }
    }

    @Test
    void theFirstIsSentAtOnceAndTheNextEverMoreSeldomWithTheirNumber() {
        raiseEvery(Duration.ofSeconds(30), 16);
        assertEquals(
                List.of(
                        "no data",
                        "no data (3 times since 2026-01-02T03:04:05Z)",
                        "no data (7 times since 2026-01-02T03:04:05Z)",
                        "no data (15 times since 2026-01-02T03:04:05Z)"),
                sent);
    }

    @Test
    void afterADayThereIsOneAnHour() {
        raiseEvery(Duration.ofSeconds(30), 24 * 120);
        int before = sent.size();
        raiseEvery(Duration.ofSeconds(30), 10 * 120);
        assertEquals(before + 10, sent.size(), sent.toString());
    }

    @Test
    void otherRunsAndOtherMessagesAreSentAtOnce() {
        raise("r", "no data", null);
        raise("s", "no data", null);
        raise("r", "no model", null);
        assertEquals(List.of("no data", "no data", "no model"), sent);
    }

    @Test
    void theSameOfAnotherStepIsEqual() {
        raise("r", "step 40: constraint 'digit-4' has no data in step-0000000040", 40L);
        raise("r", "step 60: constraint 'digit-4' has no data in step-0000000060", 60L);
        raise("r", "step 60: constraint 'digit-6' has no data in step-0000000060", 60L);
        assertEquals(2, sent.size(), sent.toString());
    }

    @Test
    void whatIsSaidWithAnotherPathEachTimeIsEqualByWhatItIs() {
        for (String path : List.of("/a", "/b", "/c")) {
            log.raise("read-only", "r", AlertKind.OTHER, Severity.ERROR, path + ": read-only", "a remedy", null)
                    .map(Alert::getMessage)
                    .ifPresent(sent::add);
            now += Duration.ofSeconds(31).toNanos();
        }
        assertEquals(List.of("/a: read-only", "/c: read-only (3 times since 2026-01-02T03:04:05Z)"), sent);
    }

    @Test
    void whatWasNotRaisedForLongIsNew() {
        raise("r", "no data", null);
        now += Duration.ofHours(3).toNanos();
        raise("r", "no data", null);
        assertEquals(List.of("no data", "no data"), sent);
    }
}
