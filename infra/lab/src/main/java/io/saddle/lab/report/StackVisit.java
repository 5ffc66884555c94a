package io.saddle.lab.report;

import io.saddle.stack.AtCutOff;
import io.saddle.stack.Stack;
import java.util.List;
import java.util.function.Consumer;

/**
 * The time in which a command uses a stack: what is missing of it is brought up, and at the end taken down unless some of it ran before.
 * Being cut off (Ctrl-C, SIGTERM) is an end like any other: services hand over first, the broker goes last.
 */
public final class StackVisit implements AutoCloseable {

    private final Stack stack;
    private final boolean leaves;
    private final Runnable first;
    private final Consumer<String> say;
    private final AtCutOff cutOff;
    private final Object start = new Object();
    /** Waits in {@link Stack#up}, which is of no use any more once the command is cut off; null before and after. */
    private Thread starter;
    /** From then on the end is the cut-off's alone. */
    private volatile boolean cut;

    private boolean over;

    private StackVisit(Stack stack, boolean leaves, Runnable first, Consumer<String> say) {
        this.stack = stack;
        this.leaves = leaves;
        this.first = first;
        this.say = say;
        this.cutOff = AtCutOff.run("cut off", this::cutOff);
    }

    /**
     * Brings up what is missing.
     *
     * @param needed names of processes
     * @param keepUp whether it is left running at the end, whoever started it
     * @param first what is done where the command is cut off, while the stack is still up
     * @param say told where one can watch
     */
    public static StackVisit begin(
            Stack stack, List<String> needed, boolean keepUp, Runnable first, Consumer<String> say) {
        StackVisit visit = new StackVisit(stack, keepUp || stack.isRunning(), first, say);
        if (needed.contains("console")) {
            say.accept("watch it: " + stack.settings().consoleUrl() + " (as soon as the console is up)");
        }
        visit.up(needed);
        return visit;
    }

    private void up(List<String> needed) {
        synchronized (start) {
            starter = Thread.currentThread();
        }
        try {
            stack.up(needed);
            started();
        } catch (RuntimeException e) {
            started();
            closeAfter(e);
            throw e;
        }
    }

    /** The interrupt of a cut-off was meant for the start; what comes after it is not cut short. */
    private void started() {
        synchronized (start) {
            starter = null;
            if (cut) {
                Thread.interrupted();
            }
        }
    }

    private void closeAfter(RuntimeException failure) {
        try {
            close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private void cutOff() {
        synchronized (start) {
            cut = true;
            if (starter != null) {
                starter.interrupt();
            }
        }
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            try {
                first.run();
            } finally {
                leave();
            }
        }
    }

    private void leave() {
        if (leaves) {
            say.accept("cut off: the stack goes on, './saddle down' ends it");
        } else {
            say.accept("cut off: the stack is taken down, which takes some seconds; what trains goes on from its"
                    + " checkpoint when it is up again");
            stack.down();
        }
    }

    /** Waits, where the command is cut off, until that is done. */
    @Override
    public void close() {
        if (cut) {
            cutOff.await();
        } else {
            end();
        }
    }

    private synchronized void end() {
        if (over) {
            return;
        }
        over = true;
        cutOff.close();
        if (!leaves) {
            stack.down();
        }
    }
}
