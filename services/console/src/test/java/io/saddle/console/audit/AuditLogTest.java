package io.saddle.console.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.schema.AuditAction;
import io.saddle.schema.AuditEntry;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditLogTest {

    private static AuditEntry entry(int chain, long sequence) {
        return AuditEntry.newBuilder()
                .setChain(chain)
                .setSequence(sequence)
                .setPreviousHash("")
                .setAt(Instant.ofEpochSecond(sequence))
                .setAction(AuditAction.CREATED)
                .setTopic("saddle.runs")
                .setOffset(0)
                .setKey("r")
                .setRecordHash("")
                .setChanges(List.of())
                .build();
    }

    /** At the start of a console the old entries of one chain came after the new ones of another, and took their place. */
    @Test
    void theNewestEntriesOfAChainStayWhateverComesOfOthers() {
        AuditLog log = new AuditLog();
        log.put(entry(0, 9_999));
        for (long sequence = 1; sequence <= 12_000; sequence++) {
            log.put(entry(1, sequence));
        }
        List<AuditEntry> all = log.find(any -> true);
        assertTrue(all.stream().anyMatch(entry -> entry.getChain() == 0));
        assertEquals(12_000, all.get(0).getSequence());
        assertEquals(2_500, log.find(entry -> entry.getChain() == 1).size());
    }
}
