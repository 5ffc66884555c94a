package io.saddle.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.management.OperatingSystemMXBean;
import io.quarkus.runtime.configuration.MemorySize;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemoryLimitTest {

    @Test
    void runsThatTrainAtTheSameTimeShareWhatIsSaid() {
        MemoryLimit said = MemoryLimit.of(Optional.of(new MemorySize(BigInteger.valueOf(12L << 30))));
        assertEquals(4L << 30, said.each("runs", 3).bytes());
    }

    @Test
    void noShareIsOfNobody() {
        MemoryLimit limit = new MemoryLimit(1);
        assertEquals(
                "saddle.trainer.max-concurrent-runs must be >= 1, was 0",
                assertThrows(IllegalArgumentException.class, () -> limit.each("saddle.trainer.max-concurrent-runs", 0))
                        .getMessage());
    }

    /** Together with a heap of MaxRAMPercentage=30 it was more than there is. */
    @Test
    void whatIsNotSaidLeavesRoomForTheHeap() {
        OperatingSystemMXBean machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long limit = MemoryLimit.of(Optional.empty()).bytes();
        assertEquals(0.6, limit / (double) machine.getTotalMemorySize(), 1e-6);
    }
}
