package io.saddle.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.serde.RecordJson;
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

/** The evaluators that measure constraints now, as they announce themselves on saddle.evaluators. */
@Path("/api/evaluators")
@Produces({MediaType.APPLICATION_JSON, ProblemDetail.MEDIA_TYPE})
@Blocking
@Tag(name = "evaluators")
public class EvaluatorsResource {

    private final TopicFeed feed;

    public EvaluatorsResource(TopicFeed feed) {
        this.feed = feed;
    }

    @GET
    @Operation(summary = "Who measures constraints now, as they announce themselves")
    public List<JsonNode> list(
            @Parameter(description = "true: trainers and judges of samples, too, which measure no constraint")
                    @QueryParam("all")
                    @DefaultValue("false")
                    boolean all) {
        return feed.evaluators().present().stream()
                .filter(announcement -> all || !announcement.getEvaluators().isEmpty())
                .<JsonNode>map(RecordJson::of)
                .toList();
    }
}
