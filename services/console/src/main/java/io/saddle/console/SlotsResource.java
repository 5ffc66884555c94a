package io.saddle.console;

import io.saddle.console.slot.RunSlots;
import io.saddle.schema.TrainingRun;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The slots of a run: the newest round, and who does what in it. */
@Path("/api/runs/{id}/slots")
@Produces({MediaType.APPLICATION_JSON, ProblemDetail.MEDIA_TYPE})
@Blocking
@Tag(name = "runs")
public class SlotsResource {

    private final TopicFeed feed;
    private final RunSpecs specs;
    private final Clock clock;

    public SlotsResource(TopicFeed feed, RunSpecs specs, Clock clock) {
        this.feed = feed;
        this.specs = specs;
        this.clock = clock;
    }

    @GET
    @Operation(summary = "The slots of a run in its newest round: which are done, by whom, and sums over its rounds")
    public RunSlots show(@PathParam("id") String runId) {
        TrainingRun run = feed.run(runId);
        int slots = specs.of(run).map(spec -> spec.training().slotCount()).orElse(1);
        return feed.slotRounds().of(runId, slots, clock.instant());
    }
}
