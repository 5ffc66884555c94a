package io.saddle.lab.report;

import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The runs that a command submits under names of its own. Nobody asks for them again: where the command is cut off they are stopped, else
 * they would go on, and hold the seat of the next.
 */
public final class OwnRuns {

    private static final Set<String> ENDED = Set.of("COMPLETED", "FAILED", "STOPPED");

    private final ConsoleClient console;
    private final Set<String> names = new LinkedHashSet<>();
    private boolean over;

    /** @param console of the stack that trains them */
    public OwnRuns(ConsoleClient console) {
        this.console = console;
    }

    /**
     * Submits one more.
     *
     * @throws CommandException if it is refused, or the command is cut off
     */
    public synchronized void submit(String name, String yaml) {
        if (over) {
            throw new CommandException(ExitCode.FAILED, "cut off: run '" + name + "' is not submitted any more");
        }
        names.add(name);
        console.submit(yaml);
    }

    /** Stops those that have not ended, and takes no more. */
    synchronized void stop(Consumer<String> say) {
        over = true;
        for (String name : names) {
            try {
                if (!ENDED.contains(console.run(name).path("phase").asText())) {
                    console.change(name, "stop");
                    say.accept("cut off: run '" + name + "' is stopped");
                }
            } catch (CommandException e) {
                say.accept("cut off: run '" + name + "' cannot be stopped (" + e.getMessage() + "); './saddle run stop "
                        + name + "' ends it once the stack is up");
            }
        }
    }
}
