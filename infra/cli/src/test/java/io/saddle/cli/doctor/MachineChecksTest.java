package io.saddle.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.doctor.Finding.Status;
import io.saddle.stack.Home;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineChecksTest {

    private static final long GIB = 1L << 30;

    @TempDir
    Path folder;

    @Test
    void anOldJavaFails() {
        assertEquals(Status.OK, MachineChecks.java(21, "/jdk").status());
        Finding old = MachineChecks.java(11, "/jdk");
        assertEquals(Status.FAILED, old.status());
        assertTrue(old.remedy().contains("17"), old.remedy());
    }

    @Test
    void aFullDiskFailsAndASmallOneWarns() {
        assertEquals(Status.OK, MachineChecks.disk("disk", 50 * GIB, "x").status());
        assertEquals(Status.WARNING, MachineChecks.disk("disk", 5 * GIB, "x").status());
        assertEquals(Status.FAILED, MachineChecks.disk("disk", GIB / 2, "x").status());
    }

    @Test
    void theDiskOfAFolderThatIsNotThereYetIsThatOfTheOneAbove() throws IOException {
        Path later = folder.resolve("a/b");
        assertEquals(folder, MachineChecks.existing(later));
        assertTrue(MachineChecks.disk("disk", "the stack", later).message().contains(later.toString()));
    }

    @Test
    void heapsThatTheMachineDoesNotHaveAreAWarning() {
        LocalSettings settings = LocalSettings.load(new Home(folder), Map.of(), Map.of("broker.heap", "2g"));
        long heaps = MachineChecks.heaps(settings);
        assertEquals((2048 + 256 + 512 + 1024 + 512 + 1024 + 1024) * (GIB / 1024), heaps);
        assertEquals(Status.OK, MachineChecks.memory(heaps, heaps).status());
        assertEquals(Status.WARNING, MachineChecks.memory(heaps - 1, heaps).status());
        assertEquals(Status.WARNING, MachineChecks.processors(1).status());
    }

    @Test
    void aClockThatIsWrongFails() {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        assertEquals(Status.SKIPPED, ClockCheck.of(now, Optional.empty(), "x").status());
        assertEquals(
                Status.OK,
                ClockCheck.of(now, Optional.of(now.plusSeconds(20)), "x").status());
        assertEquals(
                "90 s behind the registry's",
                ClockCheck.of(now, Optional.of(now.plusSeconds(90)), "the registry")
                        .message());
        Finding ahead = ClockCheck.of(now, Optional.of(now.minusSeconds(90)), "the registry");
        assertEquals("90 s ahead of the registry's", ahead.message());
        assertEquals(Status.FAILED, ahead.status());
    }
}
