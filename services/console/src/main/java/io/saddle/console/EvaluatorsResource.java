package io.saddle.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.serde.RecordJson;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;

/** Who measures constraints now, as they announce themselves on saddle.evaluators. */
@Path("/api/evaluators")
@Produces({MediaType.APPLICATION_JSON, ProblemDetail.MEDIA_TYPE})
@Blocking
public class EvaluatorsResource {

    private final TopicFeed feed;

    public EvaluatorsResource(TopicFeed feed) {
        this.feed = feed;
    }

    @GET
    public List<JsonNode> list() {
        List<JsonNode> present = new ArrayList<>();
        feed.evaluators().present().forEach(announcement -> present.add(RecordJson.of(announcement)));
        return present;
    }
}
