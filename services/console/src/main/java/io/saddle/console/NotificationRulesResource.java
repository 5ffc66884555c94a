package io.saddle.console;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.saddle.console.access.Requester;
import io.saddle.console.notification.RuleDefinition;
import io.saddle.console.notification.channel.Channels;
import io.saddle.schema.NotificationRule;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.faulttolerance.api.RateLimit;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Rules of notifications: list, set, delete, try. */
@Path(NotificationRulesResource.PATH)
@Produces({MediaType.APPLICATION_JSON, ProblemDetail.MEDIA_TYPE})
@Blocking
@Tag(name = "notifications")
public class NotificationRulesResource {

    static final String PATH = "/api/notification-rules";

    private final TopicFeed feed;
    private final NotificationCommands commands;
    private final Channels channels;
    private final Requester requester;

    public NotificationRulesResource(
            TopicFeed feed, NotificationCommands commands, Channels channels, Requester requester) {
        this.feed = feed;
        this.commands = commands;
        this.channels = channels;
        this.requester = requester;
    }

    /**
     * A rule.
     *
     * @param obstacle why it tells nobody; null where it does
     */
    record Rule(
            String name,
            @JsonUnwrapped RuleDefinition definition,
            @Schema(nullable = true) String obstacle,
            Instant createdAt,
            Instant updatedAt,
            @Schema(nullable = true) String updatedBy) {}

    @GET
    @Operation(summary = "Lists the rules")
    public List<Rule> list() {
        return feed.notifications().rules().stream().map(this::view).toList();
    }

    @GET
    @Path("/{name}")
    @Operation(summary = "A rule, with who wrote it and when")
    public Rule one(@PathParam("name") String name) {
        return view(commands.rule(name));
    }

    @PUT
    @Path("/{name}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Makes a rule, or puts it in the place of the one of its name; it does not tell of the past")
    public Rule set(
            @PathParam("name") String name,
            @Parameter(
                            description =
                                    "The updatedAt, in quotation marks, of the rule that is to be changed: 409 if it is another one")
                    @HeaderParam("If-Match")
                    String seen,
            @Parameter(description = "*: only a new rule is made, 409 if there is one of this name")
                    @HeaderParam("If-None-Match")
                    String none,
            RuleDefinition definition) {
        if (definition == null) {
            throw Refusal.invalid("the body is empty: it is the rule", List.of());
        }
        return view(commands.set(name, definition, MadeFor.of(seen, none), requester.name()));
    }

    @DELETE
    @Path("/{name}")
    @Operation(summary = "Removes a rule; what it has told stays in the log")
    public Rule delete(@PathParam("name") String name) {
        return view(commands.delete(name));
    }

    /** Whoever is told by it pays for each: so many in a minute. */
    @POST
    @Path("/{name}/test")
    @RateLimit(value = 10, window = 1, windowUnit = ChronoUnit.MINUTES)
    @APIResponseSchema(NotificationView.class)
    @APIResponse(responseCode = "429", ref = ApiDescription.TOO_OFTEN)
    @Operation(summary = "Tells the rule's channel that somebody tries it; the log says what became of it")
    public NotificationView test(@PathParam("name") String name) {
        String eventId = commands.test(name, requester.name()).getEventId();
        return NotificationView.of(feed.notifications().told(eventId).orElseThrow());
    }

    private Rule view(NotificationRule rule) {
        return new Rule(
                rule.getName(),
                RuleDefinition.of(rule),
                channels.has(rule.getChannel()) ? null : channels.missing(rule.getChannel()),
                rule.getCreatedAt(),
                rule.getUpdatedAt(),
                rule.getUpdatedBy());
    }
}
