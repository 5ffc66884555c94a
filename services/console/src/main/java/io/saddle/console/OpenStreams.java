package io.saddle.console;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The event streams that are open, by client: each holds a connection and a queue for as long as it likes, so nobody has any number. */
@ApplicationScoped
class OpenStreams {

    private final int most;
    private final Map<String, Integer> byClient = new HashMap<>();

    OpenStreams(@ConfigProperty(name = "saddle.console.streams-per-client") int most) {
        this.most = most;
    }

    /**
     * Counts one more.
     *
     * @return to be run when it has ended; running it again does nothing
     * @throws Refusal if the client has as many as it may
     */
    synchronized Runnable open(String client) {
        int open = byClient.getOrDefault(client, 0);
        if (open >= most) {
            throw Refusal.tooMany("you have " + open + " event streams open, and more are not served to one client;"
                    + " close some (saddle.console.streams-per-client)");
        }
        byClient.put(client, open + 1);
        AtomicBoolean ended = new AtomicBoolean();
        return () -> {
            if (ended.compareAndSet(false, true)) {
                end(client);
            }
        };
    }

    private synchronized void end(String client) {
        byClient.computeIfPresent(client, (name, open) -> open == 1 ? null : open - 1);
    }
}
