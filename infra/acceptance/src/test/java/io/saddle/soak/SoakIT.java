package io.saddle.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A little of every fault in one run; {@code ./saddle soak} tries each by itself, and harder. */
class SoakIT {

    @TempDir
    private Path folder;

    @Test
    void aRunThatMeetsOneFaultAfterTheOtherIsTheUndisturbedOne() {
        try (Soak soak = new Soak(folder, System.out::println)) {
            Outcome outcome = soak.run(List.of(new OneOfEach(1))).get(0);
            assertNull(outcome.skipped());
            assertEquals(
                    List.of(),
                    outcome.claims().stream().filter(claim -> !claim.held()).toList());
        }
    }
}
