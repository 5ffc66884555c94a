package io.saddle.stack;

import java.util.Optional;

/**
 * The state of one process of the stack.
 *
 * @param pid -1 where it was not started
 * @param port 0 where it listens on none
 * @param log path of its log, null where it was not started
 * @param firstLog path of the log of the end that others have followed since; empty where none has
 */
public record ProcessStatus(
        String name, Condition condition, long pid, int port, String log, Optional<String> firstLog) {

    /** DIED: started, not ended by {@code down}, and gone. */
    public enum Condition {
        STOPPED,
        NOT_READY,
        READY,
        DIED
    }

    /** Where to look for what is wrong with it. */
    public String logs() {
        return log
                + firstLog.map(first -> ", and of the end that others followed " + first)
                        .orElse("");
    }
}
