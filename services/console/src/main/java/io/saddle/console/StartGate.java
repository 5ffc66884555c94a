package io.saddle.console;

import io.saddle.service.ServiceLifecycle;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Nothing is answered of runs before what is wanted of them and how they stand is known: a submission would be written over a run that
 * trains, a change would lose against revisions that are not read yet, a list would be taken for all there is. Readiness tells the same.
 * Their past, which grows with their age, is read meanwhile: what asks for that says that it is not complete.
 */
class StartGate {

    private static final String API = "/api/";
    /** They say nothing of runs. */
    static final Set<String> OPEN = Set.of("/api/me", "/api/examples", "/api/asyncapi");

    private final TopicFeed feed;
    private final Supplier<List<String>> obstacles;

    @Inject
    StartGate(TopicFeed feed, ServiceLifecycle lifecycle) {
        this(feed, lifecycle::obstacles);
    }

    /** @param obstacles what the start waits for, where that is known */
    StartGate(TopicFeed feed, Supplier<List<String>> obstacles) {
        this.feed = feed;
        this.obstacles = obstacles;
    }

    @ServerRequestFilter(preMatching = true)
    Response check(ContainerRequestContext request) {
        return check(request.getUriInfo().getRequestUri().getPath());
    }

    /** The refusal of what is asked for at a path; null if it may be answered. */
    Response check(String path) {
        return feed.isReady() || !path.startsWith(API) || OPEN.contains(path)
                ? null
                : Refusal.unavailable(why()).toResponse();
    }

    private String why() {
        List<String> inTheWay = obstacles.get();
        return inTheWay.isEmpty()
                ? "the console has just started and still reads what is on the topics"
                : "the console has just started and waits: " + String.join("; ", inTheWay);
    }
}
