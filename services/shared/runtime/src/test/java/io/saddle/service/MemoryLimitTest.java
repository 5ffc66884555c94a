package io.saddle.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
        assertEquals(4L << 30, said.each(3).bytes());
    }

    /** Together with a heap of MaxRAMPercentage=30 it was more than there is. */
    @Test
    void whatIsNotSaidLeavesRoomForTheHeap() {
        OperatingSystemMXBean machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long limit = MemoryLimit.of(Optional.empty()).bytes();
        assertEquals(0.6, limit / (double) machine.getTotalMemorySize(), 1e-6);
    }
}
