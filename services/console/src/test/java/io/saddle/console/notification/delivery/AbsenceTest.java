package io.saddle.console.notification.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AbsenceTest {

    private long nanos;
    private final Absence absence = new Absence(Duration.ofHours(1), () -> nanos);

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    /** Each notification waited an hour of its own: of a day's, the last came days later, and of a month's some never. */
    @Test
    void anAbsenceGoesOnFromOneNotificationToTheNext() {
        assertEquals(Duration.ZERO, absence.lasts(Duration.ofMinutes(1)));
        pass(Duration.ofMinutes(40));
        assertEquals(Duration.ofMinutes(40), absence.lasts(Duration.ofMinutes(1)));
        pass(Duration.ofMinutes(40));
        assertEquals(Duration.ofMinutes(80), absence.lasts(Duration.ofMinutes(1)));
    }

    /** It was tried every hour for ever, and what came behind it was never told. */
    @Test
    void oneThatAsksForWaitsAsLongAsAnAbsenceIsRememberedIsStillTheSame() {
        assertEquals(Duration.ZERO, absence.lasts(Duration.ofHours(1)));
        pass(Duration.ofHours(1).plusMillis(10));
        assertEquals(Duration.ofHours(1).plusMillis(10), absence.lasts(Duration.ofHours(1)));
    }

    @Test
    void anAnswerEndsItAndSoDoesALongTimeInWhichNothingWasToBeTold() {
        absence.lasts(Duration.ofMinutes(1));
        absence.isOver();
        pass(Duration.ofMinutes(1));
        assertEquals(Duration.ZERO, absence.lasts(Duration.ofMinutes(1)));
        pass(Duration.ofHours(2));
        assertEquals(Duration.ZERO, absence.lasts(Duration.ofMinutes(1)));
    }
}
