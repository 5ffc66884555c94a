package io.saddle.cli;

import io.saddle.cli.connection.Waiting;
import java.time.Duration;

/** Time that passes only while somebody waits, and then at once. */
public final class PassingTime implements Waiting {

    private Duration passed = Duration.ZERO;

    @Override
    public long nanoTime() {
        return passed.toNanos();
    }

    @Override
    public void pause(Duration duration) {
        passed = passed.plus(duration);
    }

    /** What has passed. */
    public Duration passed() {
        return passed;
    }
}
