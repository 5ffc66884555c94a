package io.saddle.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.lab.soak.ConsoleLoad;
import io.saddle.lab.soak.ConsoleLoadResult;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleLoadIT {

    @Test
    void everyRecordOfTheHoursIsReadAndMemoryIsLookedAtAllTheWhile(@TempDir Path folder) throws Exception {
        ConsoleLoadResult result = new ConsoleLoad(2, 0.1, 2, 3).measure(folder, System.out::println);
        assertEquals(4, result.samples().size());
        ConsoleLoadResult.Sample last = result.samples().get(3);
        assertEquals(0.1, last.hours());
        int seconds = 60 + 360;
        assertEquals(2 * (seconds * 6 + seconds / 4 * 4 + 4 + 1), last.records());
        assertTrue(last.heapKiB() > 1000 && last.heapKiB() < 512 * 1024, result.toString());
        assertTrue(result.events() > 100, result.toString());
    }
}
