package io.saddle.pipeline.spec;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * What starts a pipeline's executions by itself: a table of times, or another pipeline; one of them is null.
 *
 * @param cron when; null: not by the clock
 * @param zone where it is that time
 * @param after a pipeline; null: after none
 */
public record Schedule(Cron cron, ZoneId zone, String after) {

    /** The five fields of crontab(5). */
    private static final CronParser CRON = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    /** @throws IllegalArgumentException saying what is wrong with the table of times */
    static Cron cron(String text) {
        Cron cron = CRON.parse(text).validate();
        if (ExecutionTime.forCron(cron)
                .nextExecution(ZonedDateTime.ofInstant(Instant.EPOCH, ZoneId.of("UTC")))
                .isEmpty()) {
            throw new IllegalArgumentException("never comes");
        }
        return cron;
    }

    /** @throws IllegalArgumentException if there is no such zone */
    static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("is no time zone; write it as Europe/Berlin, UTC or +02:00");
        }
    }

    /** The first of its times after this one; empty if it has none. */
    public Optional<Instant> next(Instant after) {
        return cron == null
                ? Optional.empty()
                : ExecutionTime.forCron(cron).nextExecution(after.atZone(zone)).map(ZonedDateTime::toInstant);
    }

    /**
     * The time for which an execution is due: the last one of several.
     *
     * @param since what was before, or at that time, is done or was not wanted yet
     */
    public Optional<Instant> due(Instant since, Instant now) {
        // nextExecution is asked, not lastExecution, whose search back is slow for rare times.
        Optional<Instant> due = next(since).filter(first -> !first.isAfter(now));
        return due.isEmpty()
                ? due
                : ExecutionTime.forCron(cron)
                        .lastExecution(now.plusMillis(1).atZone(zone))
                        .map(ZonedDateTime::toInstant)
                        .filter(last -> last.isAfter(due.get()))
                        .or(() -> due);
    }

    /** In words, e.g. {@code at '0 3 * * *' (UTC)}. */
    @Override
    public String toString() {
        return cron == null ? "after " + after : "at '" + cron.asString() + "' (" + zone + ")";
    }
}
