package io.saddle.cli.connection;

import java.time.Duration;

/** The time that a run may be silent before whoever watches it gives up. */
public final class Patience {

    /** Of a run that trains. */
    public static final Duration SILENCE = Duration.ofMinutes(5);

    private static final Duration PER_IMAGE = Duration.ofMillis(500);

    private Patience() {}

    /** Of a finished model that is judged, while which nothing is heard: the longer, the more images are drawn. */
    public static Duration forScore(int images) {
        return SILENCE.plus(PER_IMAGE.multipliedBy(images));
    }
}
