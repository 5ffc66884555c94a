package io.saddle.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.stack.ProcessStatus;
import io.saddle.stack.ProcessStatus.Condition;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StackChecksTest {

    private static String remedy(Optional<String> firstLog) {
        return StackChecks.of(List.of(new ProcessStatus("broker", Condition.DIED, 7, 29092, "b.log", firstLog)))
                .remedy();
    }

    @Test
    void whoEndsAgainAndAgainIsLookedForInTheLogOfTheFirstEndToo() {
        assertEquals("see b.log; './saddle up' starts what does not run", remedy(Optional.empty()));
        assertEquals(
                "see b.log, and of the end that others followed b.log.first; './saddle up' starts what does not run",
                remedy(Optional.of("b.log.first")));
    }
}
