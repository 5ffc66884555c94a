package io.saddle.cli.connection;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** The wish to be told when what was asked for is so, not only that it will be. */
public final class WaitOption {

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Set<String> OVER = Set.of("COMPLETED", "SUCCEEDED", "FAILED", "STOPPED");

    @Option(names = "--wait", description = "Come back when it is so, however long that takes.")
    private boolean wait;

    /** True if somebody waits. */
    public boolean isWanted() {
        return wait;
    }

    /**
     * Waits until a run or an execution does what it was asked for.
     *
     * @param action pause, resume or stop
     * @param phase asks for its phase
     * @return its phase then
     * @throws CommandException if it ended before, or the console is away for long
     */
    public String until(String action, Supplier<String> phase) throws InterruptedException {
        PatientAsker console = new PatientAsker(Patience.SILENCE, Waiting.REAL);
        // It has just taken the change.
        console.heard();
        while (true) {
            String now = console.answer(phase);
            if (isSo(action, now)) {
                return now;
            }
            if (OVER.contains(now)) {
                throw new CommandException(
                        ExitCode.FAILED, "it ended before it could be told to " + action + ": " + now);
            }
            Thread.sleep(LOOK_EVERY.toMillis());
        }
    }

    private static boolean isSo(String action, String phase) {
        return switch (action) {
            case "pause" -> phase.equals("PAUSED");
            case "stop" -> OVER.contains(phase);
            // It may be at its end before anybody looks.
            case "resume" -> !phase.equals("PAUSED");
            default -> throw new IllegalArgumentException(action);
        };
    }
}
