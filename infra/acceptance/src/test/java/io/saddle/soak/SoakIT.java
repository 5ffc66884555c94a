package io.saddle.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A little of every fault; {@code ./saddle soak} tries the same ones harder. */
class SoakIT {

    /** Tried by tests of their own. */
    private static final Set<String> ELSEWHERE = Set.of("two-trainers", "console-hours");

    private static final Soak SOAK = new Soak(Path.of(System.getProperty("java.io.tmpdir")), System.out::println);

    @AfterAll
    static void endTheStack() {
        SOAK.close();
    }

    @TestFactory
    Stream<DynamicTest> whatMustHoldUnderAFaultHolds() {
        return Scenarios.all(Intensity.QUICK, 1).stream()
                .filter(scenario -> !ELSEWHERE.contains(scenario.name()))
                .map(scenario -> DynamicTest.dynamicTest(scenario.name(), () -> holds(scenario)));
    }

    private static void holds(Scenario scenario) {
        Outcome outcome = SOAK.run(List.of(scenario)).get(0);
        Assumptions.assumeTrue(outcome.skipped() == null, outcome.skipped());
        assertEquals(
                List.of(),
                outcome.claims().stream().filter(claim -> !claim.held()).toList());
    }
}
