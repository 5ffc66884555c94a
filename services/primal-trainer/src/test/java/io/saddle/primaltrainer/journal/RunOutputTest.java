package io.saddle.primaltrainer.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunOutputTest {

    /** Neighbouring partitions are one trainer's: a slot that it cannot do would come to it again and again. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 6, 16, 250})
    void theAttemptsOfASlotComeToEveryPartitionAndNextToOneOfTheOtherHalf(int partitions) {
        int stride = RunOutput.stride(partitions);
        assertEquals(
                partitions,
                IntStream.range(0, partitions)
                        .map(attempt -> attempt * stride % partitions)
                        .distinct()
                        .count());
        assertTrue(partitions < 4 || stride > partitions / 2 && stride < partitions);
    }
}
