package io.saddle.primaltrainer.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepClockTest {

    private static final Duration FIRST = Duration.ofMinutes(1);

    private long now = 1;
    private final StepClock clock = new StepClock(() -> now);

    /** The minutes of a wait at which a reminder is due. */
    private List<Long> remindersIn(Duration wait) {
        List<Long> minutes = new ArrayList<>();
        for (long second = 1; second <= wait.toSeconds(); second++) {
            now += Duration.ofSeconds(1).toNanos();
            if (clock.reminderDue(FIRST.toNanos()) > 0) {
                minutes.add(second / 60);
            }
        }
        return minutes;
    }

    @Test
    void remindersComeAfterOneMinuteTwoFourAndThenEveryHalfHour() {
        assertEquals(List.of(1L, 2L, 4L, 8L, 16L, 32L, 62L, 92L, 122L, 152L), remindersIn(Duration.ofMinutes(160)));
    }

    @Test
    void aStepEndsTheWait() {
        remindersIn(Duration.ofMinutes(20));
        clock.working();
        assertEquals(List.of(1L, 2L), remindersIn(Duration.ofMinutes(3)));
    }

    /** An outage of Kafka long after the first reminders. */
    @Test
    void aWaitThatIsHeldUpBeginsAnew() {
        remindersIn(Duration.ofMinutes(20));
        clock.heldUp();
        assertEquals(List.of(1L, 2L, 4L), remindersIn(Duration.ofMinutes(5)));
    }

    /** Whole weeks: nothing overflows. */
    @Test
    void aWaitOfWeeksIsRemindedOfEveryHalfHour() {
        assertEquals(
                6 + (14 * 24 * 60 - 32) / 30, remindersIn(Duration.ofDays(14)).size());
    }
}
