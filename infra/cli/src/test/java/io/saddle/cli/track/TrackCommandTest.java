package io.saddle.cli.track;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.CommandRun;
import org.junit.jupiter.api.Test;

class TrackCommandTest {

    @Test
    void oneTargetIsRequired() {
        CommandRun neither = CommandRun.of("track", "r");
        assertEquals(2, neither.exitCode());
        assertTrue(neither.err().contains("--tensorboard=FOLDER | "), neither.err());
        CommandRun both = CommandRun.of("track", "r", "--tensorboard=logs", "--mlflow=http://127.0.0.1:1");
        assertEquals(2, both.exitCode());
        assertTrue(both.err().contains("mutually exclusive"), both.err());
    }

    @Test
    void anExperimentIsMlflows() {
        CommandRun run = CommandRun.of("track", "r", "--tensorboard=logs", "--experiment=e");
        assertEquals(2, run.exitCode());
    }

    @Test
    void kafkaThatIsNotThereIsNamed() {
        CommandRun run = CommandRun.of(
                "track", "r", "--tensorboard=logs", "--bootstrap=127.0.0.1:1", "--registry=http://127.0.0.1:1");
        assertEquals(3, run.exitCode());
        assertTrue(run.err().contains("Kafka does not answer at 127.0.0.1:1"), run.err());
    }
}
