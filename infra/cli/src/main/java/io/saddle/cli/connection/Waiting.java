package io.saddle.cli.connection;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.pause.Pause;
import java.time.Duration;

/** The time that passes while a command waits for what a console will say; that of a test passes at once. */
public interface Waiting {

    /** The machine's time. */
    Waiting REAL = new Waiting() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void pause(Duration duration) {
            if (!Pause.of(duration)) {
                throw new CommandException(ExitCode.FAILED, "interrupted");
            }
        }
    };

    /** Nanoseconds since some moment: only differences say something. */
    long nanoTime();

    /**
     * Lets time pass.
     *
     * @throws CommandException if the command is interrupted
     */
    void pause(Duration duration);
}
