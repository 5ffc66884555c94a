package io.saddle.primaltrainer.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.kafka.Backlog;
import io.saddle.model.RunModel;
import io.saddle.primaltrainer.checkpoint.NeededSteps;
import io.saddle.primaltrainer.journal.DirectJournal;
import io.saddle.primaltrainer.journal.RunOutput;
import io.saddle.primaltrainer.journal.StatusLine;
import io.saddle.primaltrainer.journal.TrainerRecords;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.Severity;
import io.saddle.service.AlertLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PastWaitTest {

    private static final Optional<String> NOTHING = Optional.empty();
    private static final Optional<Backlog> NOT_LOOKED = Optional.empty();
    private static final String CANNOT =
            "the run cannot start: its trainer cannot read what other services have said of it";

    @TempDir
    Path root;

    private final DirectJournal journal = new DirectJournal();
    private long now;
    private PastWait wait;

    @BeforeEach
    void begin() throws IOException {
        RunSpec spec = new RunSpecParser().parse("run.yaml", """
                name: r
                data: {classes: {4: {count: 10}}}
                training: {steps: 100}
                """);
        TrainerRecords records = new TrainerRecords(
                "r", "worker", "build", 2, Clock.systemUTC(), new AlertLog("primal-trainer", Clock.systemUTC()));
        RunOutput output = new RunOutput(
                spec,
                RunModel.of(spec),
                new StatusLine(records, null),
                journal,
                new FileArtifactStore(root),
                1,
                () -> true,
                NeededSteps.NONE);
        wait = new PastWait(output, new StepsBefore(40, 2), () -> now);
    }

    private static Optional<Backlog> left(long offsets) {
        return Optional.of(new Backlog(offsets, "saddle.multipliers-3 at " + (9 - offsets) + " of 9"));
    }

    private void tellAfter(int seconds, Optional<String> obstacle, Optional<Backlog> left) throws InterruptedException {
        now += Duration.ofSeconds(seconds).toNanos();
        wait.tell(obstacle, left);
    }

    private List<RunStatus> statuses() {
        return journal.written(RunStatus.class);
    }

    private List<Alert> alerts() {
        return journal.written(Alert.class);
    }

    @Test
    void whatTakesAMomentIsNotWorthAWord() throws Exception {
        tellAfter(0, NOTHING, NOT_LOOKED);
        tellAfter(5, NOTHING, left(5));
        assertEquals(List.of(), statuses());

        tellAfter(1, NOTHING, left(4));
        RunStatus said = statuses().get(0);
        assertEquals(RunPhase.STARTING, said.getPhase());
        assertEquals(
                "reads what other services have said of the run: saddle.multipliers-3 at 5 of 9", said.getMessage());
        assertEquals(List.of(40L, 2L), List.of(said.getStep(), said.getDualStep()), "nothing is taken back");
    }

    @Test
    void anObstacleIsNamedAfterAMinuteWithARemedy() throws Exception {
        tellAfter(0, NOTHING, NOT_LOOKED);
        tellAfter(59, Optional.of("waits for the schema registry"), NOT_LOOKED);
        assertEquals(List.of(), alerts());
        assertEquals(
                "reads what other services have said of the run; waits for the schema registry",
                statuses().get(0).getMessage());

        tellAfter(1, Optional.of("waits for the schema registry"), NOT_LOOKED);
        tellAfter(1, Optional.of("waits for the schema registry"), NOT_LOOKED);
        assertEquals(1, alerts().size());
        Alert alert = alerts().get(0);
        assertEquals(AlertKind.OTHER, alert.getKind());
        assertEquals(Severity.ERROR, alert.getSeverity());
        assertEquals(CANNOT + ": waits for the schema registry", alert.getMessage());
        assertTrue(alert.getRemedy().contains("saddle.registry.url"), alert.getRemedy());
    }

    @Test
    void aPlaceThatIsNotPassedWithoutAnObstacleIsBehindAnOpenTransaction() throws Exception {
        tellAfter(0, NOTHING, left(2));
        tellAfter(60, NOTHING, left(2));
        Alert alert = alerts().get(0);
        assertEquals(
                CANNOT + " (saddle.multipliers-3 at 7 of 9): a transaction is open there, behind which nothing can be"
                        + " read",
                alert.getMessage());
        assertTrue(alert.getRemedy().contains("kafka-transactions.sh"), alert.getRemedy());
    }

    @Test
    void aReaderThatHasNotBeenToldHowMuchThereIsBlamesNoTransaction() throws Exception {
        tellAfter(0, NOTHING, NOT_LOOKED);
        tellAfter(60, NOTHING, NOT_LOOKED);
        assertEquals(
                CANNOT + ": Kafka has not told its reader how much there is",
                alerts().get(0).getMessage());
    }

    @Test
    void aLongPastThatIsReadIsNoReasonForAnAlert() throws Exception {
        for (int offsets = 9; offsets > 0; offsets--) {
            tellAfter(40, NOTHING, left(offsets));
        }
        assertEquals(List.of(), alerts());
    }

    /** A reader that begins again and again stands where it stood, or a little before it. */
    @Test
    void whoGoesBackAndComesAgainDoesNotGetOn() throws Exception {
        tellAfter(0, NOTHING, left(2));
        for (int i = 0; i < 3; i++) {
            tellAfter(20, Optional.of("reader fails again and again"), left(i % 2 == 0 ? 3 : 2));
        }
        assertEquals(
                CANNOT + " (saddle.multipliers-3 at 6 of 9): reader fails again and again",
                alerts().get(0).getMessage());
    }

    @Test
    void nobodyIsBlamedWhileKafkaDoesNotAnswer() throws Exception {
        CompletableFuture<Void> back = new CompletableFuture<>();
        journal.holding(back);
        tellAfter(0, NOTHING, NOT_LOOKED);
        for (int i = 0; i < 10; i++) {
            tellAfter(15, NOTHING, NOT_LOOKED);
        }
        assertEquals(List.of(), alerts());

        back.complete(null);
        tellAfter(61, NOTHING, NOT_LOOKED);
        assertEquals(1, alerts().size(), "the minute begins when it is back");
    }
}
