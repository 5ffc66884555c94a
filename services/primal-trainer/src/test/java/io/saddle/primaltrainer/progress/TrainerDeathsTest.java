package io.saddle.primaltrainer.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainerDeathsTest {

    @ParameterizedTest
    @CsvSource({
        "STARTING, 4",
        "TRAINING, 4",
        "WAITING_FOR_MULTIPLIERS, 4",
        "QUEUED, 3",
        "PAUSED, 3",
        "COMPLETED, 3",
        "STOPPED, 3",
        "FAILED, 3",
        "UNKNOWN, 3"
    })
    void whoSaidLastThatItHeldTheRunHasDied(RunPhase last, int deaths) {
        RunStatus before = RunStatus.newBuilder()
                .setRunId("r")
                .setPhase(last)
                .setStep(1)
                .setTotalSteps(2)
                .setDualStep(0)
                .setWorker("w")
                .setMessage("")
                .setUpdatedAt(Instant.EPOCH)
                .setDeaths(3)
                .build();
        assertEquals(deaths, TrainerDeaths.foundIn(before).count());
    }
}
