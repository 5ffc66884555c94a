package io.saddle.stack;

import java.util.List;

/** One child process of the stack: how it is started and how one knows that it serves. */
interface StackProcess {

    String name();

    /** The ports that it listens on; the first is the one it serves on. */
    List<Setting> ports();

    /**
     * How to start it.
     *
     * @throws StackException if it is not built
     */
    JavaCommand command();

    /** Whether it serves now; answers within seconds and never throws. */
    boolean ready();

    /** Done once after each start, as soon as it is ready. */
    default void onReady() {}
}
