package io.saddle.cli.connection;

import java.time.Duration;

/** The time that a run may be silent before whoever watches it gives up. */
public final class Patience {

    /** Of a run that trains. */
    public static final Duration SILENCE = Duration.ofMinutes(5);

    private Patience() {}
}
