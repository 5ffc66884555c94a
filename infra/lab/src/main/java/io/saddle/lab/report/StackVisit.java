package io.saddle.lab.report;

import io.saddle.stack.Stack;
import java.util.List;
import java.util.function.Consumer;

/** The time in which a command uses a stack: what is missing of it is brought up, and at the end taken down unless some of it ran before. */
public final class StackVisit implements AutoCloseable {

    private final Stack stack;
    private final boolean leaves;

    private StackVisit(Stack stack, boolean leaves) {
        this.stack = stack;
        this.leaves = leaves;
    }

    /**
     * Brings up what is missing.
     *
     * @param needed names of processes
     * @param keepUp whether it is left running at the end, whoever started it
     * @param say told where one can watch
     */
    public static StackVisit begin(Stack stack, List<String> needed, boolean keepUp, Consumer<String> say) {
        StackVisit visit = new StackVisit(stack, keepUp || stack.isRunning());
        if (needed.contains("console")) {
            say.accept("watch it: " + stack.settings().consoleUrl() + " (as soon as the console is up)");
        }
        stack.up(needed);
        return visit;
    }

    @Override
    public void close() {
        if (!leaves) {
            stack.down();
        }
    }
}
