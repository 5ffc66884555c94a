package io.saddle.stack;

import java.util.Optional;

/**
 * A port of the stack that somebody else has.
 *
 * @param process of the stack, which is to listen there
 * @param holder whoever listens there, as far as this user may see; empty where nobody does
 * @param isListenedTo false for one that only connections have, such as those that are in TIME-WAIT: it becomes free by itself
 */
public record TakenPort(String process, Setting setting, int port, Optional<String> holder, boolean isListenedTo) {

    /** The port, what it is for, and who has it. */
    public String what() {
        String by = isListenedTo
                ? holder.map(text -> "taken by " + text).orElse("taken")
                : "in use by a connection, and nobody listens there";
        return "port " + port + " (" + setting.key() + ", for the " + process + ") is " + by;
    }

    /** What to do about it. */
    public String remedy() {
        String first = isListenedTo ? (holder.isPresent() ? "end it" : "end what listens there") : "wait a minute";
        return first + ", or choose another with --set " + setting.key() + "=PORT or " + setting.environmentName()
                + "=PORT";
    }
}
