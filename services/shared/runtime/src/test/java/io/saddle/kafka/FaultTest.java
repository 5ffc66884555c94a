package io.saddle.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.artifact.ArtifactException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FaultTest {

    static Stream<Throwable> failuresOfTheEnvironment() {
        return Stream.of(
                new DisconnectException(),
                new ExecutionException(new DisconnectException()),
                new IllegalStateException("not written", new TimeoutException()),
                new ConnectException("refused"),
                new AccessDeniedException("/data"),
                new UncheckedIOException(new IOException("Input/output error")),
                new IOException("No space left on device"),
                new IllegalStateException(new InternalError("a fault occurred in an unsafe memory access operation")),
                new ArtifactException(ArtifactException.Reason.UNAVAILABLE, "the server cannot be reached"));
    }

    static Stream<Throwable> failuresOfTheRecord() {
        return Stream.of(
                new IllegalArgumentException("unknown evaluator"),
                new NullPointerException(),
                new ArithmeticException("/ by zero"),
                new NoSuchFileException("/data/images"),
                new IOException("images: the file is cut short; fetch it again"),
                new ArtifactException(ArtifactException.Reason.DAMAGED, "its bytes are others"),
                new ExecutionException(new RecordTooLargeException()));
    }

    /** A retry of it would fail as well, and the record may be as sound as any. */
    @Test
    void whatThisProcessRefusesIsOfNeither() {
        RefusedException refusal = new RefusedException("it takes more memory than there is");
        assertEquals(Fault.REFUSED, Fault.of(refusal));
        assertEquals(Fault.REFUSED, Fault.of(new ExecutionException(refusal)));
    }

    @ParameterizedTest
    @MethodSource("failuresOfTheEnvironment")
    void whatAnotherTryMayCureIsOfTheEnvironment(Throwable failure) {
        assertEquals(Fault.ENVIRONMENT, Fault.of(failure));
    }

    @ParameterizedTest
    @MethodSource("failuresOfTheRecord")
    void whatFailsTheSameWayEveryTimeIsOfTheRecord(Throwable failure) {
        assertEquals(Fault.RECORD, Fault.of(failure));
    }
}
