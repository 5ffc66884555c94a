package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.schema.EvaluatorAnnouncement;
import io.saddle.stack.testing.RecordBuilders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluatorTableTest {

    private long now = 1;
    private final EvaluatorTable table = new EvaluatorTable(() -> now);

    private void announce(Instant at) {
        table.put(new EvaluatorAnnouncement("e@host-1", List.of(), "build", 10, at, "", 0L, 0, 0, 0, ""));
    }

    /** Half a minute of skew made every evaluator silent. */
    @Test
    void anEvaluatorWhoseClockIsHoursBehindIsHeardAllTheSame() {
        announce(Instant.now().minus(Duration.ofHours(3)));
        assertEquals(1, table.present().size());
    }

    @Test
    void oneThatIsNotHeardForThreeHeartbeatsIsSilentWhateverItsClockSays() {
        announce(Instant.now().plus(Duration.ofHours(3)));
        now += Duration.ofSeconds(29).toNanos();
        assertEquals(1, table.present().size());
        now += Duration.ofSeconds(2).toNanos();
        assertEquals(0, table.present().size());
        announce(Instant.now());
        assertEquals(1, table.present().size());
    }

    private void trainer(String worker) {
        table.put(RecordBuilders.announcement(Absences.TRAINER, worker).build());
    }

    private void pass(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }

    private List<String> onTime() {
        return table.onTime(Absences.TRAINER).stream()
                .map(EvaluatorAnnouncement::getWorker)
                .toList();
    }

    /** For half a minute the seat of one that was killed was counted beside that of the one in its place. */
    @Test
    void aTrainerWhoseHeartbeatIsOverdueIsNotOnTimeUnlessAllOfThemAreLate() {
        trainer("killed");
        pass(14);
        trainer("next");
        assertEquals(List.of("killed", "next"), onTime());
        pass(2);
        assertEquals(List.of("next"), onTime());
        assertEquals(2, table.present().size());
        pass(15);
        assertEquals(List.of("next"), onTime(), "it is late, and there is no other");
    }

    @Test
    void aTrainerHasGoneWhenItIsSilent() {
        trainer("killed");
        pass(30);
        assertFalse(table.hasGone("killed"));
        pass(1);
        assertTrue(table.hasGone("killed"));
        assertFalse(table.hasGone("never heard"), "nobody is there who says that it is another");
    }

    @Test
    void aTrainerThatWasNeverHeardHasGoneWhereAllThatAreThereSayThatTheyAreOthers() {
        trainer("here");
        assertTrue(table.hasGone("before this console"));
        trainer("");
        assertFalse(table.hasGone("before this console"), "it may be the one of an older build");
        assertFalse(table.hasGone("here"));
    }
}
