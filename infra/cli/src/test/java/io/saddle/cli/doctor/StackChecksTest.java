package io.saddle.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.stack.ProcessStatus;
import io.saddle.stack.ProcessStatus.Condition;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StackChecksTest {

    private static String remedy(Optional<String> firstLog) {
        return StackChecks.of(
                        List.of(new ProcessStatus("broker", Condition.DIED, 7, 29092, "b.log", firstLog)),
                        supervisor(Condition.READY))
                .remedy();
    }

    private static ProcessStatus supervisor(Condition condition) {
        return new ProcessStatus("supervisor", condition, 8, 0, "s.log", Optional.empty());
    }

    private static Finding ready(Condition supervisor) {
        return StackChecks.of(
                List.of(new ProcessStatus("broker", Condition.READY, 7, 29092, "b.log", Optional.empty())),
                supervisor(supervisor));
    }

    /** The next process that ended stayed away. */
    @Test
    void aSupervisorThatHasEndedIsToldOf() {
        assertEquals(Finding.Status.OK, ready(Condition.READY).status());
        assertEquals(Finding.Status.OK, ready(Condition.STOPPED).status(), "nobody is to watch over it");
        Finding died = ready(Condition.DIED);
        assertEquals(Finding.Status.WARNING, died.status());
        assertEquals("see s.log; './saddle up' starts it again", died.remedy());
    }

    @Test
    void whoEndsAgainAndAgainIsLookedForInTheLogOfTheFirstEndToo() {
        assertEquals("see b.log; './saddle up' starts what does not run", remedy(Optional.empty()));
        assertEquals(
                "see b.log, and of the end that others followed b.log.first; './saddle up' starts what does not run",
                remedy(Optional.of("b.log.first")));
    }
}
