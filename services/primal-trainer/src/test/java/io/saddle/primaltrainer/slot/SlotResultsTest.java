package io.saddle.primaltrainer.slot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.schema.Artifact;
import io.saddle.schema.SlotResult;
import io.saddle.stack.testing.RecordBuilders;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SlotResultsTest {

    private final SlotResults results = new SlotResults(20, 7, Optional::empty);

    private static SlotResult result(long step, int slot) {
        return RecordBuilders.slotResult("r", step, slot).build();
    }

    @Test
    void whoTakesTheRunUpReadsFromTheLastRoundThatIsMerged() {
        assertEquals(7, results.neededFrom());
        results.add(result(0, 0), 7);
        results.add(result(10, 0), 8);
        assertEquals(8, results.neededFrom(), "of rounds that were merged before the last one");
        assertEquals(List.of(), results.take("round-10"));
        results.add(result(20, 0), 11);
        results.add(result(20, 1), 12);
        assertEquals(2, results.take("round-20").size());
        assertEquals(8, results.neededFrom(), "taken, and not merged");
        results.forgetBefore(40);
        assertEquals(11, results.neededFrom());
        results.add(result(40, 0), 15);
        results.add(result(0, 0), 16);
        assertEquals(11, results.neededFrom());
        results.forgetBefore(60);
        assertEquals(15, results.neededFrom());
    }

    /** Or it would give slots of minutes to others again and again, before the first one of its own rounds has come. */
    @Test
    void whoTakesTheRunUpKnowsHowLongTheSlotsOfTheLastRoundTook() {
        assertEquals(0, results.slowestMerged());
        results.add(took(10, 0, 90), 8);
        results.add(took(15, 0, 40), 9);
        results.add(took(15, 1, 60), 10);
        results.add(took(10, 1, 80), 11);
        results.add(took(20, 0, 70), 12);
        assertEquals(Duration.ofSeconds(60).toNanos(), results.slowestMerged());
    }

    private static SlotResult took(long step, int slot, int seconds) {
        SlotResult result = result(step, slot);
        return SlotResult.newBuilder(result)
                .setState(new Artifact("file:/slot", "0".repeat(64), 1L))
                .setComputeMillis(seconds * 1000L)
                .build();
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
