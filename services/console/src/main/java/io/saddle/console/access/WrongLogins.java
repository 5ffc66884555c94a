package io.saddle.console.access;

import io.saddle.pause.DoublingWait;
import io.saddle.service.BoundedMap;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * The wrong passwords of late by client: the first few cost nothing, each one after those twice as long a wait as the one before,
 * from one second to five minutes. Who has sent none for a quarter of an hour begins anew.
 */
final class WrongLogins {

    private static final DoublingWait WAITS = new DoublingWait(Duration.ofSeconds(1), Duration.ofMinutes(5));
    private static final Duration MEMORY = Duration.ofMinutes(15);
    /** Of so many clients is known what they did; more would let whoever has many addresses fill the heap. */
    private static final int MOST_CLIENTS = 10_000;

    /** As scripts and pages send together; of wrong ones so many come once, for they make their sender a suspect. */
    private static final int MOST_A_SECOND = 200;

    /** Of who has sent more wrong ones than cost nothing, each time that a wait is over: enough for a page. */
    private static final int MOST_OF_SUSPECTS = 20;

    private record Wrong(int times, Instant last) {}

    private record Asked(long second, int times) {}

    private final int free;
    private final Clock clock;
    private final Map<String, Wrong> byClient = BoundedMap.leastRecentFirst(MOST_CLIENTS);
    private final Map<String, Asked> asked = BoundedMap.leastRecentFirst(MOST_CLIENTS);

    /** @param free wrong passwords that cost nothing */
    WrongLogins(int free, Clock clock) {
        this.free = free;
        this.clock = clock;
    }

    /** Until this client may try again; zero: now. */
    private Duration waitOf(String client) {
        Wrong wrong = byClient.get(client);
        if (wrong == null) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(clock.instant(), wrong.last().plus(delayAfter(wrong.times())));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /**
     * A password that comes: whether it is right is known when it was looked at, and those that come in between go uncounted, so
     * that not any number may come at once.
     *
     * @return until this client may send it again; zero: it may be looked at
     */
    synchronized Duration ask(String client) {
        Duration wait = waitOf(client);
        if (!wait.isZero()) {
            return wait;
        }
        long second = clock.instant().getEpochSecond();
        Asked before = asked.get(client);
        int times = before != null && before.second() == second ? before.times() + 1 : 1;
        asked.put(client, new Asked(second, times));
        Wrong wrong = byClient.get(client);
        boolean suspect = wrong != null && wrong.times() > free;
        return times > (suspect ? MOST_OF_SUSPECTS : MOST_A_SECOND) ? Duration.ofSeconds(1) : Duration.ZERO;
    }

    synchronized void wrong(String client) {
        Instant now = clock.instant();
        Wrong before = byClient.get(client);
        boolean forgotten = before == null || before.last().plus(MEMORY).isBefore(now);
        byClient.put(client, new Wrong(forgotten ? 1 : before.times() + 1, now));
    }

    private Duration delayAfter(int times) {
        return times <= free ? Duration.ZERO : WAITS.after(times - free - 1);
    }
}
