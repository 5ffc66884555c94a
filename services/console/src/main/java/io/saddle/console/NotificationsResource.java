package io.saddle.console;

import io.saddle.console.notification.NotificationTables;
import io.saddle.console.notification.channel.Channels;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What was told, and where it can be told. */
@Path(NotificationsResource.PATH)
@Produces({MediaType.APPLICATION_JSON, ProblemDetail.MEDIA_TYPE})
@Blocking
@Tag(name = "notifications")
public class NotificationsResource {

    static final String PATH = "/api/notifications";

    private final TopicFeed feed;
    private final Channels channels;

    public NotificationsResource(TopicFeed feed, Channels channels) {
        this.feed = feed;
        this.channels = channels;
    }

    /** A channel, without its secrets. */
    record ChannelName(String name, String format) {}

    @GET
    @Operation(summary = "Lists the newest notifications with what became of them, the newest first")
    public List<NotificationView> list(
            @Parameter(description = "This one alone") @QueryParam("event") String event,
            @Parameter(description = "At most so many") @QueryParam("limit") @DefaultValue("100") int limit) {
        List<NotificationTables.Told> told = event == null
                ? feed.notifications().told()
                : feed.notifications().told(event).stream().toList();
        return told.stream().limit(Math.max(0, limit)).map(NotificationView::of).toList();
    }

    @GET
    @Path("/channels")
    @Operation(summary = "Lists the channels of the console's settings")
    public List<ChannelName> channels() {
        return channels.all().stream()
                .map(channel -> new ChannelName(channel.name(), channel.format()))
                .toList();
    }
}
