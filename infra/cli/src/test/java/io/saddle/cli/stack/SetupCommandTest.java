package io.saddle.cli.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.CommandRun;
import io.saddle.cli.terminal.ExitCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SetupCommandTest {

    /** 65537 made topics of one copy. */
    @ParameterizedTest
    @ValueSource(strings = {"65537", "10000", "0", "-1"})
    void aNumberOfCopiesThatNoTopicCanHaveIsRefused(String replication) {
        CommandRun run = CommandRun.of(
                "setup", "--replication=" + replication, "--bootstrap=127.0.0.1:1", "--registry=http://127.0.0.1:1");
        assertEquals(ExitCode.INVALID_INPUT, run.exitCode(), run.err());
        assertTrue(run.err().contains("--replication must be from 1 to 9999, was " + replication), run.err());
    }
}
