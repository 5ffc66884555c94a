package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.schema.EvaluatorAnnouncement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluatorTableTest {

    private long now = 1;
    private final EvaluatorTable table = new EvaluatorTable(() -> now);

    private void announce(Instant at) {
        table.put(new EvaluatorAnnouncement("e@host-1", List.of(), "build", 10, at, "", 0L, 0, 0, 0));
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
}
