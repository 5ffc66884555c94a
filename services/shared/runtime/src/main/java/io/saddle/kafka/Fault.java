package io.saddle.kafka;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.DurableFiles;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** The side that a failure lies on, which decides whether another try can help. */
public enum Fault {
    /** In the record or what it names: it fails the same way every time, and is given up after a few tries. */
    RECORD,
    /** In neither: this process refuses the record, at once and whenever it is tried. */
    REFUSED,
    /** In broker, registry, network, disk or memory, or a library that is not there: the record may be sound and is tried without end. */
    ENVIRONMENT;

    /** What the JDK says in a plain IOException when a disk is broken or away. */
    private static final List<String> OF_THE_DISK = List.of(
            "Input/output error",
            "Stale file handle",
            "Too many open files",
            "Transport endpoint is not connected",
            "Read-only file system");

    /** Looks through the causes: what a library wraps is still what happened. */
    public static Fault of(Throwable failure) {
        Throwable at = failure;
        while (at != null) {
            if (at instanceof RefusedException) {
                return REFUSED;
            }
            if (isOfTheEnvironment(at)) {
                return ENVIRONMENT;
            }
            at = at.getCause() == at ? null : at.getCause();
        }
        return RECORD;
    }

    /** Whether a disk is full, broken or away, looking through the causes: a path that is refused says nothing of the disk. */
    public static boolean isOfABrokenDisk(Throwable failure) {
        return Stream.iterate(failure, at -> at != null, Throwable::getCause)
                .anyMatch(at -> at instanceof IOException io && saysThatADiskIsBroken(io));
    }

    private static boolean isOfTheEnvironment(Throwable failure) {
        if (failure instanceof RecordTooLargeException) {
            return false;
        }
        if (failure instanceof ArtifactException artifact) {
            return artifact.reason() == ArtifactException.Reason.UNAVAILABLE;
        }
        return failure instanceof KafkaException
                || failure instanceof LinkageError
                || failure instanceof OutOfMemoryError
                // The JVM's answer to a page of a mapped file that cannot be read.
                || failure instanceof InternalError
                || failure instanceof TimeoutException
                || failure instanceof InterruptedException
                || failure instanceof java.net.SocketException
                || failure instanceof java.net.UnknownHostException
                || failure instanceof java.net.http.HttpTimeoutException
                || (failure instanceof IOException io && isOfTheDisk(io));
    }

    /** A file that is missing is missing for this record; a folder that refuses refuses all. */
    private static boolean isOfTheDisk(IOException failure) {
        if (failure instanceof NoSuchFileException || failure instanceof NotDirectoryException) {
            return false;
        }
        return failure instanceof FileSystemException || saysThatADiskIsBroken(failure);
    }

    private static boolean saysThatADiskIsBroken(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        return DurableFiles.hasNoRoom(failure) || OF_THE_DISK.stream().anyMatch(message::contains);
    }
}
