package io.saddle.cli.doctor;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** This machine's clock beside another's. */
final class ClockCheck {

    private static final String NAME = "clock";
    /** Tokens and certificates allow for about as much. */
    private static final Duration TOLERABLE = Duration.ofSeconds(30);

    private ClockCheck() {}

    /**
     * @param here now
     * @param there now, by whoever told it; empty where nobody did
     * @param whose the other clock is
     */
    static Finding of(Instant here, Optional<Instant> there, String whose) {
        if (there.isEmpty()) {
            return Finding.skipped(NAME, "nobody to compare it with");
        }
        Duration ahead = Duration.between(there.get(), here);
        return ahead.abs().compareTo(TOLERABLE) <= 0
                ? Finding.ok(NAME, "as " + whose + "'s, within " + TOLERABLE.toSeconds() + " s")
                : Finding.failed(
                        NAME,
                        ahead.abs().toSeconds() + " s " + (ahead.isNegative() ? "behind" : "ahead of") + " " + whose
                                + "'s",
                        "set both by a time server (NTP): logins end too early or too late, and runs look silent");
    }
}
