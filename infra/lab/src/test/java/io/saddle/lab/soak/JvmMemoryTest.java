package io.saddle.lab.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class JvmMemoryTest {

    @Test
    void whatNewerJdksListIsSummedToo() {
        assertEquals(3000 + 7000, JvmMemory.heapKiB("""
                         DefNew     total 9792K, used 3000K [0x, 0x, 0x)
                          eden space 8704K,  34% used [0x, 0x, 0x)
                         Tenured    total 21888K, used 7000K [0x, 0x, 0x)
                          the space 21888K,  32% used [0x, 0x, 0x)
                         Metaspace       used 41000K, committed 42000K, reserved 1114112K
                        """));
        assertEquals(30467, JvmMemory.heapKiB("""
                         garbage-first heap   total reserved 262144K, committed 131072K, used 30467K [0x, 0x)
                          region size 1024K, 12 young (12288K), 3 survivors (3072K)
                        """));
    }

    @Test
    void bothGenerationsOfTheParallelCollectorAreSummed() {
        assertEquals(976 + 2892, JvmMemory.heapKiB("""
                         PSYoungGen      total 18944K, used 976K [0x, 0x, 0x)
                          eden space 16384K, 5% used [0x,0x,0x)
                         ParOldGen       total 44032K, used 2892K [0x, 0x, 0x)
                          object space 44032K, 6% used [0x,0x,0x)
                        """));
    }

    /** It was a heap of 0 that did not grow, and so a claim that held. */
    @Test
    void whatIsNotKnownIsNoEmptyHeap() {
        assertThrows(IllegalArgumentException.class, () -> JvmMemory.heapKiB(" ZHeap used 96M, capacity 256M"));
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
