package io.saddle.cli.connection;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The questions of somebody who waits to a console that may be away for a while, or may say that it is to be asked later. One that
 * has never answered is not waited for: its address may be wrong. Not thread-safe.
 */
public final class PatientAsker {

    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

    private final Duration patience;
    private final Waiting time;
    private boolean hasHeard;
    private long heardNanos;

    /** @param patience how long the console may be away */
    public PatientAsker(Duration patience, Waiting time) {
        this.patience = patience;
        this.time = time;
    }

    /** Notes that the console has answered just now. */
    public void heard() {
        hasHeard = true;
        heardNanos = time.nanoTime();
    }

    /** True of a failure that may be over when the same is asked again. */
    public static boolean isForLater(CommandException e) {
        return e.exitCode() == ExitCode.UNREACHABLE || e.retryAfter().isPresent();
    }

    /**
     * The answer to a question, which is asked until the console has one.
     *
     * @throws CommandException if no waiting helps, or the console is away for longer than it may be
     */
    public <T> T answer(Supplier<T> question) {
        while (true) {
            try {
                T answer = question.get();
                heard();
                return answer;
            } catch (CommandException e) {
                bear(e);
                time.pause(ASK_AGAIN);
            }
        }
    }

    /**
     * Bears that the console has not given what it was asked for, and waits for as long as it says, if it does: it is not away then.
     *
     * @throws CommandException the given one, if no waiting helps or the console is away for longer than it may be
     */
    public void bear(CommandException e) {
        Optional<Duration> named = e.retryAfter();
        if (named.isPresent()) {
            time.pause(named.get());
            heard();
        } else if (!isForLater(e) || !hasHeard || time.nanoTime() - heardNanos > patience.toNanos()) {
            throw e;
        }
    }
}
