package io.saddle.console;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import java.util.Set;
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

    StartGate(TopicFeed feed) {
        this.feed = feed;
    }

    @ServerRequestFilter(preMatching = true)
    Response check(ContainerRequestContext request) {
        return check(request.getUriInfo().getRequestUri().getPath());
    }

    /** The refusal of what is asked for at a path; null if it may be answered. */
    Response check(String path) {
        return feed.isReady() || !path.startsWith(API) || OPEN.contains(path)
                ? null
                : Refusal.unavailable("the console has just started and still reads what is on the topics")
                        .toResponse();
    }
}
