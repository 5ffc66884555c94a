package io.saddle.cli.stack;

import io.saddle.stack.Stack;
import java.io.PrintWriter;
import java.util.List;

/** Says at the end of this process, as by Ctrl-C, what has been started and goes on; nothing once it is closed. */
final class WhatStillRuns implements AutoCloseable {

    private final Thread hook;

    WhatStillRuns(Stack stack, PrintWriter err) {
        hook = new Thread(() -> say(stack.running(), err), "what still runs");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private static void say(List<String> running, PrintWriter err) {
        err.println(
                running.isEmpty()
                        ? "cut off: nothing was started"
                        : "cut off; still running: " + String.join(", ", running)
                                + "; './saddle up' goes on from there, './saddle down' ends them");
        err.flush();
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // It is told.
        }
    }
}
