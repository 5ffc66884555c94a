package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.stack.testing.RecordBuilders;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunWorkersTest {

    private long now = 1;
    private final EvaluatorTable processes = new EvaluatorTable(() -> now);
    private final RunWorkers workers = new RunWorkers(processes, () -> now);

    private void announce(String worker) {
        processes.put(RecordBuilders.announcement(Absences.TRAINER, worker).build());
    }

    private RunStatus say(RunPhase phase, String worker) {
        RunStatus status = RecordBuilders.status("run", phase).setWorker(worker).build();
        workers.put(status);
        return status;
    }

    private void pass(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }

    @Test
    void theTrainerOfARunHasGoneWhenNeitherItNorItsRunHasSaidAnythingForAWhile() {
        announce("killed");
        RunStatus status = say(RunPhase.TRAINING, "killed");
        pass(20);
        announce("other");
        assertFalse(workers.hasGone(status));
        pass(11);
        announce("other");
        assertTrue(workers.hasGone(status));
        announce("killed");
        assertFalse(workers.hasGone(status), "it was only cut off");
    }

    @Test
    void aTrainerThatHasNotAnnouncedItselfYetHasNotGone() {
        announce("other");
        RunStatus status = say(RunPhase.STARTING, "fresh");
        assertFalse(workers.hasGone(status));
        pass(10);
        announce("fresh");
        pass(30);
        assertFalse(workers.hasGone(status));
    }

    @Test
    void aRunThatRestsOrHasEndedMissesNoTrainer() {
        announce("other");
        for (RunPhase phase : List.of(RunPhase.QUEUED, RunPhase.PAUSED, RunPhase.COMPLETED, RunPhase.FAILED)) {
            RunStatus status = say(phase, "killed");
            pass(31);
            announce("other");
            assertFalse(workers.hasGone(status), phase::name);
        }
    }
}
