package io.saddle.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ExitCodeTest {

    @Test
    void aWrongOptionExitsWithTwo() {
        assertEquals(2, CommandRun.of("up", "--no-such-option").exitCode());
        CommandRun unknown = CommandRun.of("up", "--only", "brooker");
        assertEquals(2, unknown.exitCode());
        assertTrue(unknown.err().contains("no process 'brooker'; there are broker, registry"), unknown.err());
    }

    @Test
    void aWrongSettingExitsWithFour() {
        CommandRun run = CommandRun.of("status", "--set", "broker.port=none");
        assertEquals(4, run.exitCode());
        assertEquals(
                "error: --set broker.port: must be a port (1 to 65535), was 'none'",
                run.err().strip());
    }

    @Test
    void kafkaThatIsNotThereExitsWithThree() {
        CommandRun run = CommandRun.of("topics", "list", "--bootstrap", "127.0.0.1:1");
        assertEquals(3, run.exitCode());
        assertTrue(run.err().contains("Kafka does not answer at 127.0.0.1:1: start it with './saddle up'"), run.err());
    }
}
