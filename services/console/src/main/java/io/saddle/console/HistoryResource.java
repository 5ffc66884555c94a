package io.saddle.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.console.history.Downsampled;
import io.saddle.console.history.PageHistory;
import io.saddle.console.history.RunHistories;
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
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** A run's past, for its page. */
@Path("/api/runs/{id}/history")
@Produces({MediaType.APPLICATION_JSON, ProblemDetail.MEDIA_TYPE})
@Blocking
@Tag(name = "history")
public class HistoryResource {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final TopicFeed feed;
    private final RunHistories histories;

    public HistoryResource(TopicFeed feed, RunHistories histories) {
        this.feed = feed;
        this.histories = histories;
    }

    /**
     * Curves over primal steps. Each series has steps and the least, the mean and the greatest value of what a point stands for;
     * {@code complete} is false while the console still reads what was said before it came up.
     */
    @GET
    @Path("/curves")
    @Operation(summary = "Curves over primal steps: steps, and the least, mean and greatest value of each point")
    public JsonNode curves(@PathParam("id") String runId) {
        PageHistory history = find(runId);
        ObjectNode answer = JSON.objectNode()
                .put("complete", histories.isComplete() && feed.views().knowsDualSteps());
        ObjectNode series = answer.putObject("series");
        history.curves().forEach((name, buckets) -> series.set(name, columns(buckets)));
        return answer;
    }

    /** Scores of judged models, in the order of their steps. */
    @GET
    @Path("/scores")
    @Operation(summary = "Scores of judged models, in the order of their steps")
    public List<JsonNode> scores(@PathParam("id") String runId) {
        return find(runId).scores().stream().<JsonNode>map(RecordJson::of).toList();
    }

    /** The events of a run, the newest last. */
    @GET
    @Path("/timeline")
    @Operation(summary = "What happened, the newest last")
    public List<TimelineEvent> timeline(@PathParam("id") String runId) {
        return find(runId).timeline();
    }

    private PageHistory find(String runId) {
        feed.run(runId);
        return histories.find(runId).orElseGet(PageHistory::new);
    }

    private ObjectNode columns(Downsampled.Buckets buckets) {
        ObjectNode columns = JSON.objectNode();
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
        ArrayNode array = JSON.arrayNode();
        for (float value : values) {
            array.add(value);
        }
        return array;
    }
}
