package io.saddle.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.Saddle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrintingCommandTest {

    @TempDir
    Path folder;

    /** Whoever reads from one may end; a file that cannot be written is a failure. */
    @Test
    void pipesAreToldFromOtherOutputs() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        assertTrue(PrintingCommand.isPipe(pipe));
        assertFalse(PrintingCommand.isPipe(Path.of("/dev/null")));
        assertFalse(PrintingCommand.isPipe(Files.writeString(folder.resolve("file"), "")));
        assertFalse(PrintingCommand.isPipe(folder.resolve("nowhere")));
    }

    /** It said that all was well, and what somebody wanted to keep was empty. */
    @Test
    void whatCannotBePrintedIsNoSuccess() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Saddle.class.getName(),
                        "data",
                        "list",
                        "--home",
                        folder.toString())
                .redirectOutput(Path.of("/dev/full").toFile())
                .start();
        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(ExitCode.FAILED, process.waitFor(), said);
        assertTrue(said.contains("standard output cannot be written"), said);
    }
}
