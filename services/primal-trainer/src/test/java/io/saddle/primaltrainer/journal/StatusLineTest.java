package io.saddle.primaltrainer.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.saddle.diffusion.network.Precision;
import io.saddle.schema.Artifact;
import io.saddle.schema.KeptCheckpoint;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.service.AlertLog;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusLineTest {

    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    private final DirectJournal journal = new DirectJournal();
    private RunStatus last;

    /** What a trainer that takes the run up after all that was said has to say. */
    private StatusLine next() {
        return StatusLine.after(
                Optional.ofNullable(last),
                new TrainerRecords("run", "w", "build", 2, clock, new AlertLog("primal-trainer", clock)));
    }

    private void say(StatusLine line, RunPhase phase) throws InterruptedException {
        journal.append(out -> line.say(out, line.standing().in(phase, "")));
        List<RunStatus> all = journal.written(RunStatus.class);
        last = all.get(all.size() - 1);
    }

    private Duration restAfterOneMore() throws InterruptedException {
        StatusLine line = next();
        say(line, RunPhase.STARTING);
        assertNull(last.getNotBefore(), "it is taken up");
        line.failed(NOW);
        say(line, RunPhase.QUEUED);
        return Duration.between(NOW, last.getNotBefore());
    }

    /** Each time at another trainer, for all that this trainer knows. */
    @Test
    void aRunThatFailsAgainAndAgainRestsEverLongerButNoLongerThanAQuarterOfAnHour() throws Exception {
        List<Long> rests = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            rests.add(restAfterOneMore().toSeconds());
        }
        assertEquals(List.of(30L, 60L, 120L, 240L, 480L, 900L, 900L), rests);
        assertEquals(7, last.getFailures());
    }

    /** Of a run that is paused or stopped where it is not trained: without it nobody can tell whether its weights are right. */
    @Test
    void whatARunWasTrainedInStaysOnRecord() throws Exception {
        StatusLine line = next();
        line.trainsIn(Precision.BF16);
        say(line, RunPhase.TRAINING);
        say(next(), RunPhase.STOPPED);
        assertEquals("bf16", last.getPrecision());

        last = RunStatus.newBuilder(last).setPrecision("fp8").build();
        say(next(), RunPhase.STOPPED);
        assertNull(last.getPrecision(), "of a later build");
    }

    @Test
    void aRunThatHasGotOverItBeginsAnew() throws Exception {
        restAfterOneMore();
        restAfterOneMore();
        StatusLine line = next();
        say(line, RunPhase.TRAINING);
        journal.append(out ->
                line.announce(out, new KeptCheckpoint(20L, new Artifact("file:/run/checkpoint", "0".repeat(64), 1L))));
        List<RunStatus> all = journal.written(RunStatus.class);
        last = all.get(all.size() - 1);
        assertEquals(0, last.getFailures());
        assertEquals(30, restAfterOneMore().toSeconds());
    }
}
