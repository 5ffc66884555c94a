package io.saddle.primaltrainer.journal;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.kafka.Publisher;
import io.saddle.primaltrainer.progress.RunStanding;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Severity;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/** What happens when a run's files cannot be written: an alert, and the status says it until they can. */
public final class FileTrouble implements RunJournal.FileFailure {

    private final StatusLine status;
    private final BooleanSupplier mayTryAgain;

    public FileTrouble(StatusLine status, BooleanSupplier mayTryAgain) {
        this.status = status;
        this.mayTryAgain = mayTryAgain;
    }

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
                            isFull(failure) ? AlertKind.DISK_FULL : AlertKind.OTHER,
                            Severity.ERROR,
                            wrong,
                            remedy(failure) + "; training goes on by itself then, and what was kept before stands",
                            before.step()));
        }
    }

    @Override
    public boolean mayTryAgain() {
        return mayTryAgain.getAsBoolean();
    }

    private static String remedy(IOException failure) {
        return failure instanceof ArtifactException artifact && artifact.reason() == Reason.UNAVAILABLE
                ? "see to it that the artifact store can be reached"
                : "make room under the artifact store";
    }

    private static boolean isFull(IOException failure) {
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("quota exceeded");
    }
}
