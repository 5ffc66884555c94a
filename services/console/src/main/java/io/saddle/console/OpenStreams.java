package io.saddle.console;

import io.saddle.console.access.Underway;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The event streams that are open, by client: each holds a connection and a queue for as long as it likes, so nobody has any number. */
@ApplicationScoped
class OpenStreams {

    private final int most;
    private final Underway underway = new Underway();

    OpenStreams(@ConfigProperty(name = "saddle.console.streams-per-client") int most) {
        this.most = most;
    }

    /**
     * Counts one more.
     *
     * @return to be run when it has ended; running it again does nothing
     * @throws Refusal if the client has as many as it may
     */
    Runnable open(String client) {
        return underway.begin(client, most)
                .orElseThrow(() -> Refusal.tooMany(
                        "you have " + most + " event streams open, and more are not served to one client;"
                                + " close some (saddle.console.streams-per-client)"));
    }
}
