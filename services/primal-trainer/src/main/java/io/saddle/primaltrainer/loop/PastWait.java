package io.saddle.primaltrainer.loop;

import io.saddle.kafka.Backlog;
import io.saddle.primaltrainer.journal.RunOutput;
import io.saddle.primaltrainer.progress.StepClock;
import io.saddle.primaltrainer.progress.Unread;
import io.saddle.schema.AlertKind;
import io.saddle.schema.RunPhase;
import io.saddle.schema.Severity;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Tells of a wait for what stood on the topics of a run when it was taken up: in the status after 5 s, and by an alert after one minute in
 * which nothing more was read, two, four, ...
 */
final class PastWait {

    private static final long SHOWN_AFTER_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long ALERT_AFTER_NANOS = Duration.ofSeconds(60).toNanos();
    private static final String GOES_ON = "; the run goes on by itself then";

    /** What an alert says. */
    private record Words(String what, String message, String remedy) {}

    private final RunOutput output;
    private final StepsBefore said;
    private final StepClock clock;
    private final HeardWord word;
    private final LongSupplier nanos;
    private final long begun;
    /** The least that was left to read so far: a reader that begins again may stand a little behind it for moments. */
    private long least = Long.MAX_VALUE;

    /**
     * @param said of the run before: no status says less, or who takes the run up next would not know what was done
     * @param nanos the clock, {@link System#nanoTime} but for tests
     */
    PastWait(RunOutput output, StepsBefore said, LongSupplier nanos) {
        this.output = output;
        this.said = said;
        this.nanos = nanos;
        clock = new StepClock(nanos);
        word = new HeardWord(nanos);
        begun = nanos.getAsLong();
    }

    /**
     * Says what is waited for, where it is time to; told again and again.
     *
     * @param obstacle what keeps the reader from it; empty where it knows of nothing
     * @param left what is left to read; empty where the reader has not looked yet
     */
    void tell(Optional<String> obstacle, Optional<Backlog> left) throws InterruptedException {
        if (!word.isHeard() || getsOn(left)) {
            clock.heldUp();
        }
        if (nanos.getAsLong() - begun <= SHOWN_AFTER_NANOS) {
            return;
        }
        word.said(output.status(RunPhase.STARTING, said.step(), said.dualStep(), status(obstacle, left), null));
        if (clock.reminderDue(ALERT_AFTER_NANOS) > 0) {
            Words words = words(obstacle, left);
            output.alert(words.what(), AlertKind.OTHER, Severity.ERROR, words.message(), words.remedy(), said.step());
        }
    }

    private boolean getsOn(Optional<Backlog> left) {
        long now = left.map(Backlog::offsets).orElse(least);
        boolean getsOn = now < least;
        least = Math.min(least, now);
        return getsOn;
    }

    private static String status(Optional<String> obstacle, Optional<Backlog> left) {
        return "reads what other services have said of the run"
                + left.map(backlog -> ": " + backlog.places()).orElse("")
                + obstacle.map(what -> "; " + what).orElse("");
    }

    private static Words words(Optional<String> obstacle, Optional<Backlog> left) {
        String wait = "the run cannot start: its trainer cannot read what other services have said of it";
        String places = left.map(backlog -> " (" + backlog.places() + ")").orElse("");
        if (obstacle.isPresent()) {
            return new Words(wait, wait + places + ": " + obstacle.get(), Unread.REMEDY + GOES_ON);
        }
        if (left.isPresent()) {
            return new Words(
                    wait + ": a transaction",
                    wait + places + ": a transaction is open there, behind which nothing can be read",
                    "end it: Kafka's bin/kafka-transactions.sh find-hanging names it, and abort ends it; one whose writer has died"
                            + " Kafka ends itself, after the writer's transaction.timeout.ms" + GOES_ON);
        }
        return new Words(
                wait + ": no answer",
                wait + ": Kafka has not told its reader how much there is",
                "see that every broker answers the trainer" + GOES_ON);
    }
}
