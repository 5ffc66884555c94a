package io.saddle.lab.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.lab.soak.ConsoleLoadResult.Sample;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsoleLoadResultTest {

    @Test
    void theSlopeIsPerHourAndLeavesOutTheFirstLook() {
        ConsoleLoadResult result = new ConsoleLoadResult(
                List.of(
                        new Sample(0, 0, 5, 900),
                        new Sample(1, 10, 110, 1000),
                        new Sample(2, 20, 120, 1000),
                        new Sample(3, 30, 130, 1000)),
                0,
                0);
        assertEquals(10, result.heapSlope(), 1e-9);
        assertEquals(0, result.rssSlope(), 1e-9);
    }

    @Test
    void whatJcmdListsOfTheHeapIsSummedAndMetaspaceIsNot() {
        assertEquals(3000 + 7000, JvmMemory.heapKiB("""
                         def new generation   total 9792K, used 3000K [0x, 0x, 0x)
                          eden space 8704K,  34% used [0x, 0x, 0x)
                         tenured generation   total 21888K, used 7000K [0x, 0x, 0x)
                           the space 21888K,  32% used [0x, 0x, 0x, 0x)
                         Metaspace       used 41000K, committed 42000K, reserved 1114112K
                        """));
        assertEquals(30467, JvmMemory.heapKiB("""
                         garbage-first heap   total 131072K, used 30467K [0x, 0x)
                          region size 1024K, 12 young (12288K), 3 survivors (3072K)
                         Metaspace       used 41000K, committed 42000K, reserved 1114112K
                        """));
    }
}
