package io.saddle.console;

import io.saddle.run.spec.Problem;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A bound on times as people write it: a day (the whole of it, UTC), a time with its zone, or how long ago. Pure. */
enum TimeBound {
    SINCE(0),
    UNTIL(1);

    private static final Pattern AGO = Pattern.compile("(\\d{1,5})\\s*([mhdw])");
    private static final Pattern DAY = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

    /** How many days after the beginning of a named one it lies. */
    private final int days;

    TimeBound(int days) {
        this.days = days;
    }

    /**
     * The time that is meant; null where nothing was given, or, with its problem, if it cannot be read.
     *
     * @param name of the parameter, for the problem
     */
    Instant parse(String name, String text, Instant now, List<Problem> problems) {
        if (text == null || text.isBlank()) {
            return null;
        }
        String given = text.strip();
        Matcher ago = AGO.matcher(given);
        if (ago.matches()) {
            return now.minus(unit(ago.group(2)).multipliedBy(Long.parseLong(ago.group(1))));
        }
        try {
            return DAY.matcher(given).matches()
                    ? LocalDate.parse(given)
                            .plusDays(days)
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant()
                    : OffsetDateTime.parse(given).toInstant();
        } catch (DateTimeException e) {
            problems.add(new Problem(
                    name,
                    "must be a day (2026-11-01), a time (2026-11-01T08:00:00Z) or how long ago (90m, 36h, 2d, 3w), was '"
                            + text + "'"));
            return null;
        }
    }

    private static Duration unit(String letter) {
        return switch (letter) {
            case "m" -> Duration.ofMinutes(1);
            case "h" -> Duration.ofHours(1);
            case "d" -> Duration.ofDays(1);
            default -> Duration.ofDays(7);
        };
    }
}
