package io.saddle.console.access;

import io.saddle.service.DoublingWait;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
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

    private record Wrong(int times, Instant last) {}

    private final int free;
    private final Clock clock;
    private final Map<String, Wrong> byClient = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Wrong> eldest) {
            return size() > MOST_CLIENTS;
        }
    };

    /** @param free wrong passwords that cost nothing */
    WrongLogins(int free, Clock clock) {
        this.free = free;
        this.clock = clock;
    }

    /** Until this client may try again; zero: now. */
    synchronized Duration waitOf(String client) {
        Wrong wrong = byClient.get(client);
        if (wrong == null) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(clock.instant(), wrong.last().plus(delayAfter(wrong.times())));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** True of who has sent all the wrong ones that cost nothing. */
    synchronized boolean isSuspect(String client) {
        Wrong wrong = byClient.get(client);
        return wrong != null && wrong.times() >= free;
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
