package io.saddle.console;

import io.saddle.console.access.ClientAddress;
import io.saddle.console.access.LastingRights;
import io.saddle.console.access.Requester;
import io.saddle.schema.ConstraintDefinition;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureFailure;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** A run's records as they come, as server-sent events. */
@Path(RunsResource.PATH + "/{id}/events")
@Blocking
@Tag(name = "runs")
public class RunEventsResource {

    private static final Duration SIGN_EVERY = Duration.ofSeconds(15);

    private final TopicFeed feed;
    private final Requester requester;
    private final LastingRights rights;
    private final OpenStreams streams;

    public RunEventsResource(TopicFeed feed, Requester requester, LastingRights rights, OpenStreams streams) {
        this.feed = feed;
        this.requester = requester;
        this.rights = rights;
        this.streams = streams;
    }

    /**
     * The newest record of each kind, then the run's records as they come, and what they add to its curves ({@code points}); the
     * event's name says which kind. Where one has to say who one is, it ends after a quarter of an hour, and with the token that
     * opened it: whoever still may opens it again.
     *
     * @param kinds those that are wanted, with commas between; empty: all
     */
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(summary = "Follows a run: the newest record of each kind, then what comes")
    @APIResponse(
            responseCode = "200",
            description =
                    "Events; the name says which kind, the data are JSON. One called alive comes every 15 seconds, whatever kinds"
                            + " are wanted: after a longer silence the connection is lost. Its unheardSeconds are above 0 while"
                            + " the console hears nothing from Kafka. Ends when the run is deleted with its history",
            content = @Content(mediaType = MediaType.SERVER_SENT_EVENTS, schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "429", ref = ApiDescription.TOO_OFTEN)
    public Multi<OutboundSseEvent> events(
            @PathParam("id") String runId,
            @Parameter(description = "Those wanted, with commas between; without: all") @QueryParam("kinds")
                    String kinds,
            @Context Sse sse,
            @Context HttpServerRequest request) {
        feed.run(runId);
        Set<String> wanted = kinds(kinds);
        Runnable ended = streams.open(requester.nameOr("") + "@" + ClientAddress.of(request));
        return Multi.createBy()
                .merging()
                .streams(
                        // The console stops: it ends then, whatever the rights.
                        feed.events(runId, wanted)
                                .map(Optional::of)
                                .onCompletion()
                                .continueWith(Optional.<RunEvent>empty()),
                        Multi.createFrom()
                                .deferred(() -> Multi.createFrom()
                                        .iterable(newest(runId))
                                        .filter(event -> wanted.contains(event.kind())))
                                .map(Optional::of),
                        RunEvent.signs(
                                runId,
                                SIGN_EVERY,
                                () -> feed.tables().run(runId).isPresent(),
                                feed::unheard),
                        rights.ended(requester).map(end -> Optional.<RunEvent>empty()))
                .select()
                .first(Optional::isPresent)
                .map(Optional::get)
                // Whoever does not read does not see the stream end either, and would keep what is queued.
                .onFailure(BackPressureFailure.class)
                .invoke(() -> request.connection().close())
                .map(event -> sse.newEventBuilder()
                        .name(event.kind())
                        .mediaType(MediaType.APPLICATION_JSON_TYPE)
                        .data(event.json())
                        .build())
                .onTermination()
                .invoke(ended);
    }

    /** A stream without a body would hold a connection, and a client's place among those that there may be. */
    @HEAD
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(hidden = true)
    public Response noEvents(@PathParam("id") String runId) {
        feed.run(runId);
        return Response.ok().type(MediaType.SERVER_SENT_EVENTS).build();
    }

    private static Set<String> kinds(String asked) {
        if (asked == null || asked.isBlank()) {
            return RunEvent.KINDS;
        }
        Set<String> wanted = Set.copyOf(List.of(asked.split(",")));
        if (!RunEvent.KINDS.containsAll(wanted)) {
            throw Refusal.invalid(
                    "kinds: '" + asked + "' names a kind that does not exist; there are "
                            + String.join(", ", new TreeSet<>(RunEvent.KINDS)),
                    null);
        }
        return wanted;
    }

    /** The newest record of each kind; made when the watcher already hears what comes. */
    private List<RunEvent> newest(String runId) {
        List<RunEvent> now = new ArrayList<>();
        now.add(RunEvent.of(runId, "run", feed.run(runId)));
        feed.tables().metadata(runId).ifPresent(m -> now.add(RunEvent.of(runId, "metadata", m)));
        for (ConstraintDefinition constraint : feed.tables().constraints(runId)) {
            now.add(RunEvent.of(runId, "constraint", constraint));
        }
        feed.views().multipliers(runId).ifPresent(m -> now.add(RunEvent.of(runId, "multipliers", m)));
        feed.views().score(runId).ifPresent(s -> now.add(RunEvent.of(runId, "fid", s)));
        feed.views().status(runId).ifPresent(s -> now.add(RunEvent.of(runId, "status", s)));
        return now;
    }
}
