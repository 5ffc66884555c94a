package io.saddle.primaltrainer.journal;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.artifact.DurableFiles;
import io.saddle.primaltrainer.progress.RunStanding;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Severity;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.function.BooleanSupplier;

/**
 * The answer to a run's files that cannot be written: an alert, and the status says it until they can.
 *
 * @param goesOn false once the run is to end, when nothing is tried again
 */
public record FileTrouble(StatusLine status, BooleanSupplier goesOn) implements RunJournal.FileFailure {

    @Override
    public Journal.Entry words(IOException failure) {
        String wrong = "a checkpoint or snapshot cannot be written: " + failure.getMessage();
        RunStanding before = status.standing();
        Journal.Entry alert = status.records()
                .alert(
                        what(failure),
                        DurableFiles.hasNoRoom(failure) ? AlertKind.DISK_FULL : AlertKind.OTHER,
                        Severity.ERROR,
                        wrong,
                        remedy(failure) + "; training goes on by itself then, and what was kept before stands",
                        before.step());
        return out -> {
            status.say(out, before.but(wrong + "; it is tried again every few seconds"));
            alert.write(out);
        };
    }

    @Override
    public boolean mayTryAgain() {
        return goesOn.getAsBoolean();
    }

    /** The failure without the file, whose name is another at each try. */
    private static String what(IOException failure) {
        if (failure instanceof FileSystemException ofFile) {
            return ofFile.getClass().getSimpleName() + ": " + ofFile.getReason();
        }
        return failure instanceof ArtifactException artifact ? artifact.fault() : failure.toString();
    }

    private static String remedy(IOException failure) {
        if (DurableFiles.hasNoRoom(failure)) {
            return "make room there";
        }
        return failure instanceof ArtifactException artifact && artifact.reason() == Reason.UNAVAILABLE
                ? "see to it that the artifact store can be reached"
                : "see to it that the trainer may write there: whether it is mounted to be read alone, and whose it is";
    }
}
