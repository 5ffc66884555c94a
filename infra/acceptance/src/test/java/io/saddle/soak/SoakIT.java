package io.saddle.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddle.lab.soak.OneOfEach;
import io.saddle.lab.soak.Outcome;
import io.saddle.lab.soak.SmallDisk;
import io.saddle.lab.soak.Soak;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A little of every fault in one run; {@code ./saddle soak} tries each by itself, and harder. */
class SoakIT {

    private static Outcome outcome;

    @BeforeAll
    static void injectEveryFault(@TempDir Path folder) {
        try (Soak soak = new Soak(folder, Path.of("target/soak-logs"), System.out::println)) {
            outcome = soak.run(List.of(new OneOfEach(1))).get(0);
        }
    }

    @Test
    void aRunThatMeetsOneFaultAfterTheOtherIsTheUndisturbedOne() {
        assertNull(outcome.skipped());
        assertEquals(
                List.of(),
                outcome.claims().stream().filter(claim -> !claim.held()).toList());
    }

    /** Its own test, so that it is seen where it could not be tried. */
    @Test
    void aFullDiskWasAmongThem() throws Exception {
        assumeTrue(
                SmallDisk.isPossible(),
                "no small disk can be mounted here (that takes root): a full disk was not tried");
        assertEquals(
                1,
                outcome.claims().stream()
                        .filter(claim -> claim.what().equals(OneOfEach.FULL_DISK))
                        .count());
    }
}
