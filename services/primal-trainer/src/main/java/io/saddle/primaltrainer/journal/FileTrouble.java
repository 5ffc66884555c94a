package io.saddle.primaltrainer.journal;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.artifact.DurableFiles;
import io.saddle.kafka.Publisher;
import io.saddle.primaltrainer.progress.RunStanding;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Severity;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/**
 * The answer to a run's files that cannot be written: an alert, and the status says it until they can.
 *
 * @param goesOn false once the run is to end, when nothing is tried again
 */
public record FileTrouble(StatusLine status, BooleanSupplier goesOn) implements RunJournal.FileFailure {

    @Override
    public void say(Publisher out, IOException failure, boolean first) {
        String wrong = "a checkpoint or snapshot cannot be written: " + failure.getMessage();
        RunStanding before = status.standing();
        status.say(out, before.but(wrong + "; it is tried again every few seconds"));
        if (first) {
            TrainerRecords records = status.records();
            out.send(
                    Topics.ALERTS,
                    records.runId(),
                    records.alert(
                            DurableFiles.hasNoRoom(failure) ? AlertKind.DISK_FULL : AlertKind.OTHER,
                            Severity.ERROR,
                            wrong,
                            remedy(failure) + "; training goes on by itself then, and what was kept before stands",
                            before.step()));
        }
    }

    @Override
    public boolean mayTryAgain() {
        return goesOn.getAsBoolean();
    }

    private static String remedy(IOException failure) {
        return failure instanceof ArtifactException artifact && artifact.reason() == Reason.UNAVAILABLE
                ? "see to it that the artifact store can be reached"
                : "make room under the artifact store";
    }
}
