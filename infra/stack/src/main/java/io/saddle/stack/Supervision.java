package io.saddle.stack;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Starts the processes of a stack again that end without being asked to, ever more seldom; what a cluster's or a container's
 * supervisor does elsewhere; and sees to it that the registry's tokens do not end, nor logs fill the disk. It ends with the stack.
 */
public final class Supervision {

    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration RENEW_EVERY = Duration.ofHours(1);
    private static final Duration BOUND_EVERY = Duration.ofSeconds(10);

    private final Stack stack;
    private final Clock clock;
    private final Consumer<String> log;
    private final RestartWaits waits = new RestartWaits();
    private final Chore tokens;
    private final Chore logs;
    private String saidOfLook = "";

    /** What is done again and again; what fails is told, and tried at the next time. */
    private final class Chore {

        private final Duration every;
        private final Runnable work;
        private final String failure;
        private Instant dueAt = Instant.MIN;

        Chore(Duration every, Runnable work, String failure) {
            this.every = every;
            this.work = work;
            this.failure = failure;
        }

        void doIfDue() {
            if (clock.instant().isBefore(dueAt)) {
                return;
            }
            dueAt = clock.instant().plus(every);
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                log.accept(clock.instant() + " " + failure + ": " + told(e));
            }
        }
    }

    /** @param log told of each start */
    public Supervision(Stack stack, Clock clock, Consumer<String> log) {
        this.stack = stack;
        this.clock = clock;
        this.log = log;
        this.tokens = new Chore(RENEW_EVERY, stack::renewTokens, "the registry's tokens cannot be made anew");
        this.logs = new Chore(BOUND_EVERY, stack::boundLogs, "a log that is large cannot be begun anew");
    }

    /** Returns when the stack was taken down, or this thread is interrupted. */
    public void run() {
        try {
            while (look()) {
                Thread.sleep(LOOK_EVERY.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** False once the stack was taken down; a look that fails is no reason to look away for ever. */
    private boolean look() {
        try {
            if (!stack.isUp()) {
                return false;
            }
            tokens.doIfDue();
            logs.doIfDue();
            for (String name : stack.dead()) {
                if (waits.isDue(name, clock.instant())) {
                    startAgain(name);
                }
            }
            saidOfLook = "";
        } catch (RuntimeException | Error e) {
            String wrong = "the stack cannot be looked after for now: " + told(e);
            if (!wrong.equals(saidOfLook)) {
                log.accept(clock.instant() + " " + wrong);
                saidOfLook = wrong;
            }
        }
        return true;
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
        } catch (RuntimeException | Error e) {
            // Whatever it is, the others are watched over.
            waits.started(name, clock.instant());
            log.accept(clock.instant() + " " + lastWords);
            log.accept(clock.instant() + " " + name + " had ended and cannot be started again yet: " + told(e));
        }
    }

    /** Of whoever looks after a stack for weeks, an end by an error, of memory or of a class that is gone, would be seen by nobody. */
    private static String told(Throwable failure) {
        return failure instanceof StackException ? failure.getMessage() : failure.toString();
    }
}
