package io.saddle.stack;

/**
 * The state of one process of the stack.
 *
 * @param pid -1 where it was not started
 * @param log path of its log, null where it was not started
 */
public record ProcessStatus(String name, Condition condition, long pid, int port, String log) {

    /** DIED: started, not ended by {@code down}, and gone. */
    public enum Condition {
        STOPPED,
        NOT_READY,
        READY,
        DIED
    }
}
