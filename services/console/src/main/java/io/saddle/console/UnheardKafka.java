package io.saddle.console;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;
import java.time.Duration;

/** The word of each answer that what it says may not be the newest: the console hears nothing from Kafka, and says what it heard last. */
@Provider
public class UnheardKafka implements ContainerResponseFilter {

    /** For how many seconds already; left out where it hears Kafka. */
    static final String HEADER = "Saddle-Unheard-Seconds";

    private final TopicFeed feed;

    public UnheardKafka(TopicFeed feed) {
        this.feed = feed;
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        Duration unheard = feed.unheard();
        if (!unheard.isZero()) {
            response.getHeaders().putSingle(HEADER, unheard.toSeconds());
        }
    }
}
