package io.saddle.primaltrainer.loop;

import io.saddle.diffusion.torch.NoSuchDeviceException;
import io.saddle.model.training.UnfitRunException;
import io.saddle.primaltrainer.checkpoint.LostCheckpointException;
import io.saddle.run.spec.InvalidRunSpecException;
import io.saddle.schema.AlertKind;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * A failure that ended the training of a run.
 *
 * @param isFinal true if no machine and no time can mend it: the specification is wrong
 * @param message for people
 * @param remedy what to do about it
 */
record TrainingFault(boolean isFinal, AlertKind kind, String message, String remedy) {

    /** @param hasTrained whether the run has steps behind it: then its specification did fit its data, and these are others now */
    static TrainingFault of(Throwable failure, boolean hasTrained) {
        if (failure instanceof LostCheckpointException) {
            return new TrainingFault(
                    false,
                    AlertKind.DAMAGED_ARTIFACT,
                    failure.getMessage() + "; nothing is trained until they are there",
                    "mount or bring back the artifact store (saddle.artifacts.root): the run goes on by itself; to begin from"
                            + " scratch, submit it under a new name");
        }
        if (failure instanceof InvalidRunSpecException) {
            // The console's build has taken it.
            return new TrainingFault(
                    false,
                    AlertKind.OTHER,
                    "this build cannot read the run's specification: " + failure.getMessage(),
                    "give the run a trainer of the build that the console is of: it goes on by itself; or stop it");
        }
        if (failure instanceof UnfitRunException && !isOfTheMachine(failure) && !hasTrained) {
            return new TrainingFault(
                    true,
                    AlertKind.OTHER,
                    "the run cannot be trained: " + failure.getMessage(),
                    "correct the specification and submit it under a new name");
        }
        return new TrainingFault(
                false,
                AlertKind.OTHER,
                "the run cannot be trained here now: " + reason(failure),
                "mend what is named, or give the run a trainer that has it; it is tried again by itself, after half a minute, a"
                        + " minute, two, ... a quarter of an hour, and can be paused or stopped meanwhile");
    }

    /** A run that ended so many trainers that took it up. */
    static TrainingFault ofTheRun(int deaths, Duration rest) {
        return new TrainingFault(
                false,
                AlertKind.OTHER,
                deaths
                        + " trainers ended without a word, one after the other, while they held the run and before it had a"
                        + " later checkpoint; it is set aside for " + rest.toMinutes()
                        + " min, and the other runs go on",
                "look for the reason where trainers run (killed for want of memory?); a smaller network or batch needs less;"
                        + " pause and resume the run to have it tried at once");
    }

    /** A file that cannot be read may be there later, or on another machine. */
    private static boolean isOfTheMachine(Throwable failure) {
        return Stream.iterate(failure, at -> at != null, Throwable::getCause)
                .anyMatch(at -> at instanceof IOException
                        || at instanceof NoSuchDeviceException
                        || at instanceof TooLargeException);
    }

    /** What a file or a device lacks is said in words; of anything else its class says more. */
    private static String reason(Throwable failure) {
        boolean isInWords = isOfTheMachine(failure) || failure instanceof IllegalArgumentException;
        return isInWords && failure.getMessage() != null ? failure.getMessage() : failure.toString();
    }
}
