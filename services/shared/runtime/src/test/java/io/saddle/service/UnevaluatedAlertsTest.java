package io.saddle.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.kafka.Received;
import io.saddle.kafka.RefusedException;
import io.saddle.schema.ModelSnapshot;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnevaluatedAlertsTest {

    private final SaidAlerts topic = new SaidAlerts();
    private final UnevaluatedAlerts alerts = topic.alerts();

    private List<String> said() {
        return topic.messages();
    }

    /** A trainer in LOCKSTEP announces its snapshot again and again, and each is refused until another time. */
    @Test
    void refusalsForTheSameReasonAreSaidOnceWhateverTimeTheyName() throws Exception {
        for (int minute = 1; minute <= 3; minute++) {
            alerts.raise(
                    SnapshotWorkTest.received(20 * minute),
                    new RefusedException("it ended 2", "it ended 2; until 03:0" + minute));
        }
        assertEquals(List.of("the snapshot of step 20 was not evaluated: it ended 2; until 03:01"), said());
    }

    @Test
    void thatTheFinishedModelIsNotJudgedIsSaidThoughEarlierOnesWereNotEither() throws Exception {
        Received<ModelSnapshot> other = SnapshotWorkTest.received(40);
        Received<ModelSnapshot> last = new Received<>(
                other.topic(),
                other.partition(),
                other.offset(),
                other.timestamp(),
                other.key(),
                ModelSnapshot.newBuilder(other.value()).setLast(true).build(),
                other.headers());
        alerts.raise(SnapshotWorkTest.received(20), new IOException("no such folder"));
        alerts.raise(last, new IOException("no such folder"));
        assertEquals(2, said().size(), said().toString());
        assertTrue(said().get(1).contains("step 40"), said().toString());
    }

    @Test
    void eachOtherReasonIsSaid() throws Exception {
        alerts.raise(SnapshotWorkTest.received(20), new IOException("no such folder"));
        alerts.raise(SnapshotWorkTest.received(40), new RefusedException("too large"));
        assertEquals(2, said().size(), said().toString());
        assertTrue(said().get(1).endsWith("too large"), said().toString());
    }
}
