package io.saddle.stack;

import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Starts the processes of a stack again that end without being asked to, ever more seldom; what a cluster's or a container's
 * supervisor does elsewhere. It ends with the stack.
 */
public final class Supervision {

    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private final Stack stack;
    private final Clock clock;
    private final Consumer<String> log;
    private final RestartWaits waits = new RestartWaits();

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
        for (String name : stack.dead()) {
            if (waits.isDue(name, clock.instant())) {
                startAgain(name);
            }
        }
    }

    private void startAgain(String name) {
        try {
            if (stack.startAgain(name)) {
                waits.started(name, clock.instant());
                log.accept(clock.instant() + " " + name + " had ended and is started again, after "
                        + waits.length(name).toSeconds() + " s");
            } else {
                waits.forget(name);
            }
        } catch (RuntimeException e) {
            // Whatever it is, the others are watched over.
            waits.started(name, clock.instant());
            log.accept(clock.instant() + " " + name + " had ended and cannot be started again yet: " + e.getMessage());
        }
    }
}
