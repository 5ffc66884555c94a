package io.saddle.lab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.saddle.cli.terminal.CommandException;
import io.saddle.kafka.Received;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.stack.testing.RecordBuilders;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class RunFollowerTest {

    private static final Instant START = Instant.parse("2026-11-29T10:00:00Z");
    private static final RunSpec SPEC =
            new RunSpecParser().parse("run.yaml", "{name: r, data: {images: 'bundled:mnist10k'}}");

    private final FollowedRun history = new FollowedRun();

    private void hear(RunPhase phase, long seconds) {
        RunStatus status =
                phase == null ? null : RecordBuilders.status("r", phase).build();
        long at = START.plusSeconds(seconds).toEpochMilli();
        RunFeed.status(history, new Received<>("run-status", 0, 0, at, "r", status, new RecordHeaders()), START);
    }

    private String refused() {
        return assertTimeoutPreemptively(
                        Duration.ofSeconds(20),
                        () -> assertThrows(CommandException.class, () -> RunFollower.awaitTrained(SPEC, history)))
                .getMessage();
    }

    /** It was waited for without end, as if it were still in the queue. */
    @Test
    void aRunThatIsDeletedWhileItIsFollowedIsWaitedForNoLonger() {
        hear(RunPhase.QUEUED, -5);
        hear(null, 5);
        assertEquals("run 'r' was deleted", refused());
    }

    @Test
    void aRunOfTheNameOfOneThatWasDeletedBeforeIsWaitedFor() throws InterruptedException {
        hear(RunPhase.STOPPED, -9);
        hear(null, -5);
        assertEquals(true, history.status().isEmpty());
        assertEquals(false, history.isDeleted());
        hear(RunPhase.COMPLETED, 1);
        RunFollower.awaitTrained(SPEC, history);
    }
}
