package io.saddle.primaltrainer.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactException;
import io.saddle.primaltrainer.progress.RunStanding;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Artifact;
import io.saddle.schema.KeptCheckpoint;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.service.AlertLog;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileTroubleTest {

    private final DirectJournal journal = new DirectJournal();
    private final StatusLine status = new StatusLine(
            new TrainerRecords(
                    "r", "worker", "build", 2, Clock.systemUTC(), new AlertLog("primal-trainer", Clock.systemUTC())),
            null);
    private final FileTrouble trouble = new FileTrouble(status, () -> true);

    private void fails(String reason) {
        // The store writes under a name of its own at each try.
        IOException failure =
                new FileSystemException("/artifacts/r/checkpoints/.tmp." + UUID.randomUUID(), null, reason);
        journal.append(trouble.words(failure));
    }

    @ParameterizedTest
    @CsvSource({
        "No space left on device, DISK_FULL, make room there",
        "Disk quota exceeded, DISK_FULL, make room there",
        "Read-only file system, OTHER, see to it that the trainer may write there",
    })
    void theAlertTellsAFullDiskFromOtherTrouble(String reason, AlertKind kind, String remedy) {
        fails(reason);
        Alert alert = journal.written(Alert.class).get(0);
        assertTrue(alert.getRemedy().startsWith(remedy), alert.getRemedy());
        assertEquals(kind, alert.getKind());
        assertTrue(alert.getMessage().endsWith(": " + reason), alert.getMessage());
    }

    @Test
    void aStoreThatIsAwayNeedsNoRoom() {
        IOException away = new ArtifactException(ArtifactException.Reason.UNAVAILABLE, "the server is away");
        journal.append(trouble.words(away));

        Alert alert = journal.written(Alert.class).get(0);
        assertEquals(AlertKind.OTHER, alert.getKind());
        assertTrue(
                alert.getRemedy().startsWith("see to it that the artifact store can be reached; "), alert.getRemedy());
    }

    @Test
    void anotherReasonIsAnotherAlert() {
        fails("Read-only file system");
        fails("Read-only file system");
        fails("Input/output error");
        assertEquals(2, journal.written(Alert.class).size());
    }

    @Test
    void rightsThatGoAfterAnOutageAreAnotherAlert() {
        for (String fault : List.of("the server cannot be reached", "access is denied")) {
            for (String key : List.of("run/_1/model", "run/_2/model")) {
                journal.append(trouble.words(
                        ArtifactException.unavailable("writing " + key + " failed: " + fault, fault, true, null)));
            }
        }
        assertEquals(2, journal.written(Alert.class).size());
    }

    @Test
    void theStatusSaysSoAtEveryTryAndTheAlertOnce() {
        RunStanding training = new RunStanding(RunPhase.TRAINING, 40, 120, 3, "training", 8.0);
        journal.append(out -> {
            status.announce(out, new KeptCheckpoint(20L, new Artifact("file:/artifacts/r/checkpoints/x", "00", 1L)));
            status.say(out, training);
        });
        fails("No space left on device");
        fails("No space left on device");
        journal.append(out -> status.say(out, training));

        List<RunStatus> said = journal.written(RunStatus.class);
        for (RunStatus waiting : said.subList(2, 4)) {
            assertEquals(RunPhase.TRAINING, waiting.getPhase());
            assertEquals(40, waiting.getStep());
            assertEquals(20, waiting.getCheckpoint().getStep(), "what was kept before stands");
            assertTrue(waiting.getMessage().startsWith("a checkpoint or snapshot cannot be written: "));
            assertTrue(waiting.getMessage().contains("No space left on device"));
        }
        assertEquals("training", said.get(4).getMessage());
        assertEquals(1, journal.written(Alert.class).size());
        assertEquals(40, journal.written(Alert.class).get(0).getStep());
    }
}
