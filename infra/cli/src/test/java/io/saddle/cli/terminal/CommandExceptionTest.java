package io.saddle.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CommandExceptionTest {

    static Stream<IOException> faultsOfTheMachine() {
        return Stream.of(
                new IOException("No space left on device"),
                new IOException("Input/output error"),
                new IOException("/a cannot be read", new IOException("Stale file handle")),
                new FileSystemException("/a", null, "Disk quota exceeded"));
    }

    static Stream<IOException> faultsOfTheInput() {
        return Stream.of(
                new IOException("x.png: no picture in a format that is known here"),
                new NoSuchFileException("/a"),
                new AccessDeniedException("/a"),
                new IOException("/a cannot be read", new AccessDeniedException("/a")),
                new FileAlreadyExistsException("/a"),
                new FileSystemException("/a/b", null, "Not a directory"),
                new FileSystemException("/a", null, "File name too long"));
    }

    @ParameterizedTest
    @MethodSource("faultsOfTheMachine")
    void whatTheMachineIsAtFaultForHasFailed(IOException why) {
        CommandException end = CommandException.of(why, "--out");
        assertEquals(ExitCode.FAILED, end.exitCode());
        assertSame(why, end.getCause());
    }

    @ParameterizedTest
    @MethodSource("faultsOfTheInput")
    void whatAnotherPathOrARightWouldMendIsWrongInput(IOException why) {
        CommandException end = CommandException.of(why, "--out");
        assertEquals(ExitCode.INVALID_INPUT, end.exitCode());
        assertSame(why, end.getCause());
    }
}
