package io.saddle.primaltrainer.slot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.schema.SlotResult;
import io.saddle.stack.testing.RecordBuilders;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlotResultsTest {

    private final SlotResults results = new SlotResults(20, 7);

    private static SlotResult result(long step, int slot) {
        return RecordBuilders.slotResult("r", step, slot).build();
    }

    @Test
    void whoTakesTheRunUpReadsFromTheFirstResultThatIsNotMergedYet() {
        assertEquals(7, results.neededFrom());
        results.add(result(10, 0), 8);
        assertEquals(9, results.neededFrom(), "of a round that was merged before");
        results.add(result(20, 0), 11);
        results.add(result(20, 1), 12);
        assertEquals(2, results.take("round-20").size());
        assertEquals(11, results.neededFrom(), "taken, and not merged");
        results.forgetBefore(40);
        assertEquals(13, results.neededFrom());
        results.add(result(40, 0), 15);
        assertEquals(15, results.neededFrom());
    }

    @Test
    void aRoundsResultsAreTakenOnce() {
        results.add(result(20, 0), 7);
        results.add(result(40, 0), 8);
        assertEquals(1, results.take("round-20").size());
        assertEquals(List.of(), results.take("round-20"));
        assertEquals(1, results.take("round-40").size());
    }
}
