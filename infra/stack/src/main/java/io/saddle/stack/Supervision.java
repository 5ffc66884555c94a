package io.saddle.stack;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Starts the processes of a stack again that end without being asked to, ever more seldom; what a cluster's or a container's
 * supervisor does elsewhere; and sees to it that the registry's tokens do not end. It ends with the stack.
 */
public final class Supervision {

    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration RENEW_EVERY = Duration.ofHours(1);

    private final Stack stack;
    private final Clock clock;
    private final Consumer<String> log;
    private final RestartWaits waits = new RestartWaits();
    private Instant renewAt = Instant.MIN;

    /** @param log told of each start */
    public Supervision(Stack stack, Clock clock, Consumer<String> log) {
        this.stack = stack;
        this.clock = clock;
        this.log = log;
    }

    /** Returns when the stack was taken down, or this thread is interrupted. */
    public void run() {
        try {
            while (stack.isUp()) {
                look();
                Thread.sleep(LOOK_EVERY.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        renewTokens();
        for (String name : stack.dead()) {
            if (waits.isDue(name, clock.instant())) {
                startAgain(name);
            }
        }
    }

    private void renewTokens() {
        if (clock.instant().isBefore(renewAt)) {
            return;
        }
        renewAt = clock.instant().plus(RENEW_EVERY);
        try {
            stack.renewTokens();
        } catch (RuntimeException e) {
            log.accept(clock.instant() + " the registry's tokens cannot be made anew: " + e.getMessage());
        }
    }

    private void startAgain(String name) {
        // A start moves the log that has them.
        String lastWords = stack.lastWords(name);
        try {
            if (stack.startAgain(name)) {
                waits.started(name, clock.instant());
                log.accept(clock.instant() + " " + lastWords);
                log.accept(clock.instant() + " " + name + " had ended and is started again, after "
                        + waits.length(name).toSeconds() + " s");
            } else {
                waits.forget(name);
            }
        } catch (RuntimeException e) {
            // Whatever it is, the others are watched over.
            waits.started(name, clock.instant());
            log.accept(clock.instant() + " " + lastWords);
            log.accept(clock.instant() + " " + name + " had ended and cannot be started again yet: " + e.getMessage());
        }
    }
}
