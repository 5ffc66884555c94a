package io.saddle.cli.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.schema.AuditAction;
import io.saddle.schema.AuditEntry;
import io.saddle.schema.FieldChange;
import io.saddle.topic.Topics;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditListCommandTest {

    private static String line(AuditAction action, String topic, String reason, FieldChange change) {
        return AuditListCommand.line(AuditEntry.newBuilder()
                .setChain(0)
                .setSequence(1)
                .setPreviousHash("")
                .setAt(Instant.parse("2026-01-02T03:04:05Z"))
                .setAction(action)
                .setTopic(topic)
                .setOffset(7)
                .setKey("r")
                .setRecordHash("")
                .setChangedBy("ann")
                .setReason(reason)
                .setChanges(List.of(change))
                .build());
    }

    /** What stood behind a line break looked like the entry of somebody else. */
    @Test
    void anEntryIsOneLineWhateverSomebodyWrote() {
        FieldChange change = new FieldChange("spec.description", "a", "b\n2026-01-02T03:04:06Z  eve  deleted runs r");
        assertEquals(
                "2026-01-02T03:04:05Z  ann  changed runs r: spec.description a -> b 2026-01-02T03:04:06Z  eve  deleted"
                        + " runs r (tidy   [2A)",
                line(AuditAction.CHANGED, Topics.RUNS.name(), "tidy\r\n\u001b[2A", change));
    }

    /** The first label, archive or deletion of a run makes its record: nobody saw what it was. */
    @Test
    void theFirstThatIsSaidOfARunsLifeIsToldByItsFieldsAndANewRunByItsName() {
        FieldChange deleting = new FieldChange("lifecycle", null, "DELETING");
        assertEquals(
                "2026-01-02T03:04:05Z  ann  created run-metadata r: lifecycle none -> DELETING",
                line(AuditAction.CREATED, Topics.RUN_METADATA.name(), null, deleting));
        assertEquals(
                "2026-01-02T03:04:05Z  ann  created runs r",
                line(AuditAction.CREATED, Topics.RUNS.name(), null, deleting));
    }
}
