package io.saddle.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.console.history.Downsampled;
import io.saddle.console.history.RunHistories;
import io.saddle.console.history.RunHistory;
import io.saddle.console.history.TimelineEvent;
import io.saddle.serde.RecordJson;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** A run's past, for its page. */
@Path("/api/runs/{id}/history")
@Produces({MediaType.APPLICATION_JSON, ProblemDetail.MEDIA_TYPE})
@Blocking
@Tag(name = "history")
public class HistoryResource {

    private final TopicFeed feed;
    private final RunHistories histories;
    private final ObjectMapper json;

    public HistoryResource(TopicFeed feed, RunHistories histories, ObjectMapper json) {
        this.feed = feed;
        this.histories = histories;
        this.json = json;
    }

    /**
     * Curves over primal steps. Each series has steps and the least, the mean and the greatest value of what a point stands for;
     * {@code complete} is false while the console still reads what was said before it came up.
     */
    @GET
    @Path("/curves")
    @Operation(summary = "Curves over primal steps: steps, and the least, mean and greatest value of each point")
    @APIResponse(responseCode = "200")
    @APIResponse(responseCode = "404", ref = ApiDescription.NOT_FOUND)
    public JsonNode curves(@PathParam("id") String runId) {
        RunHistory history = find(runId);
        ObjectNode answer = json.createObjectNode().put("complete", histories.isComplete());
        ObjectNode series = answer.putObject("series");
        history.curves().forEach((name, buckets) -> series.set(name, columns(buckets)));
        return answer;
    }

    /** Scores of judged models, in the order of their steps. */
    @GET
    @Path("/scores")
    @Operation(summary = "Scores of judged models, in the order of their steps")
    @APIResponse(responseCode = "200")
    @APIResponse(responseCode = "404", ref = ApiDescription.NOT_FOUND)
    public List<JsonNode> scores(@PathParam("id") String runId) {
        return find(runId).scores().stream().<JsonNode>map(RecordJson::of).toList();
    }

    /** What happened, the newest last. */
    @GET
    @Path("/timeline")
    @Operation(summary = "What happened, the newest last")
    @APIResponse(responseCode = "200")
    @APIResponse(responseCode = "404", ref = ApiDescription.NOT_FOUND)
    public List<TimelineEvent> timeline(@PathParam("id") String runId) {
        return find(runId).timeline();
    }

    private RunHistory find(String runId) {
        if (feed.tables().run(runId).isEmpty()) {
            throw Refusal.notFound(runId);
        }
        return histories.find(runId).orElseGet(RunHistory::new);
    }

    private ObjectNode columns(Downsampled.Buckets buckets) {
        ObjectNode columns = json.createObjectNode();
        ArrayNode steps = columns.putArray("steps");
        for (long step : buckets.steps()) {
            steps.add(step);
        }
        columns.set("least", floats(buckets.least()));
        columns.set("mean", floats(buckets.mean()));
        columns.set("greatest", floats(buckets.greatest()));
        return columns;
    }

    private ArrayNode floats(float[] values) {
        ArrayNode array = json.createArrayNode();
        for (float value : values) {
            array.add(value);
        }
        return array;
    }
}
