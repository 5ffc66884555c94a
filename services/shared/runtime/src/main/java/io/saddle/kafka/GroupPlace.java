package io.saddle.kafka;

import io.saddle.pause.DoublingWait;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * A member's place in its group: whether it was given one, and since when. One thread.
 *
 * <p>A coordinator that was loaded anew after a crash has been seen to forget who joins: then a consumer waits for a whole
 * max.poll.interval.ms, and says nothing.
 */
public final class GroupPlace {

    /** A group gives a member its place within seconds, but while another one finishes what it hands over. */
    public static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final LongSupplier nanos;
    private final DoublingWait patience;
    private int inVain;
    private boolean given;
    private long sinceNanos;

    /**
     * @param nanos a clock that nobody sets
     * @param patience how long the first wait for a place may take, at most five minutes
     */
    public GroupPlace(LongSupplier nanos, Duration patience) {
        this.nanos = nanos;
        this.patience = new DoublingWait(patience, LONGEST);
        lost();
    }

    /** The group has given the member its partitions, which may be none. */
    public void given() {
        given = true;
        sinceNanos = nanos.getAsLong();
        inVain = 0;
    }

    /** The member begins without one, or waits from now on. */
    public void lost() {
        given = false;
        sinceNanos = nanos.getAsLong();
    }

    /**
     * Closes a consumer that has waited for its place for long, longer each time, though Kafka answers.
     *
     * @throws IllegalStateException if it has
     */
    public void require(Consumer<?, ?> consumer) {
        if (!isOverdue()) {
            return;
        }
        if (!answers(consumer)) {
            lost();
            return;
        }
        inVain++;
        // One that is still asking for its place waits for that answer before it is closed, half a minute unless told
        // otherwise.
        consumer.close(CloseOptions.timeout(ANSWER));
        throw new IllegalStateException("the group has given this member no place for " + age().toSeconds()
                + " s, though Kafka answers: it joins anew");
    }

    private static boolean answers(Consumer<?, ?> consumer) {
        try {
            consumer.listTopics(ANSWER);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    boolean isGiven() {
        return given;
    }

    /** For how long it has had one, or none. */
    Duration age() {
        return Duration.ofNanos(nanos.getAsLong() - sinceNanos);
    }

    private boolean isOverdue() {
        return !given && age().compareTo(patience.after(inVain)) >= 0;
    }
}
