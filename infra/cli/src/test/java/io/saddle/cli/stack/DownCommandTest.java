package io.saddle.cli.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.saddle.cli.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownCommandTest {

    /** It said nothing, and made the folder. */
    @Test
    void whereNothingRunsItSaysSoAndMakesNothing(@TempDir Path folder) {
        Path mistyped = folder.resolve("nowhere");
        CommandRun run = CommandRun.of("down", "--home", mistyped.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("nothing runs that was started with --home " + mistyped, (run.out() + run.err()).strip());
        assertFalse(Files.exists(mistyped));
    }
}
