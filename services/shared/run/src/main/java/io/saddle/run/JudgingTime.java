package io.saddle.run;

import java.time.Duration;

/** The time that the judging of a finished model may take before nobody waits for its score any more. */
public final class JudgingTime {

    private static final Duration LEAST = Duration.ofMinutes(5);
    private static final Duration PER_IMAGE = Duration.ofMillis(500);

    private JudgingTime() {}

    /**
     * The longest time, while which nothing is heard.
     *
     * @param images that are drawn of it
     */
    public static Duration longest(int images) {
        return LEAST.plus(PER_IMAGE.multipliedBy(images));
    }
}
