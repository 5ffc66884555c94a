package io.saddle.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.artifact.ArtifactStore;
import io.saddle.dataset.DataSetManifest;
import io.saddle.schema.Artifact;
import io.saddle.schema.DataSet;
import io.saddle.serde.RecordJson;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The data sets that are announced on saddle.datasets; of their images the preview alone is read. */
@Path(DataSetsResource.PATH)
@Produces({MediaType.APPLICATION_JSON, ProblemDetail.MEDIA_TYPE})
@Blocking
@Tag(name = "data sets")
public class DataSetsResource {

    static final String PATH = "/api/datasets";

    private static final String ADDRESS = "NAME, whose newest version is meant, or NAME@N";

    private final TopicFeed feed;
    private final ArtifactStore artifacts;
    private final ObjectMapper json;

    public DataSetsResource(TopicFeed feed, ArtifactStore artifacts, ObjectMapper json) {
        this.feed = feed;
        this.artifacts = artifacts;
        this.json = json;
    }

    @GET
    @Operation(summary = "Lists all versions of all data sets, by name, the newest of each first")
    public List<DataSetSummary> list() {
        return feed.dataSets().all().stream().map(DataSetSummary::of).toList();
    }

    /** One version: what its announcement says, with the numbers of all versions of that name. */
    @GET
    @Path("/{address}")
    @Operation(summary = "A data set: shape, columns with their values and counts, where it comes from")
    public JsonNode show(@Parameter(description = ADDRESS) @PathParam("address") String address) {
        DataSet set = feed.dataSet(address);
        ObjectNode view = json.createObjectNode();
        view.setAll((ObjectNode) RecordJson.of(set));
        ArrayNode versions = view.putArray("versions");
        feed.dataSets().all().stream()
                .filter(other -> other.getName().equals(set.getName()))
                .forEach(other -> versions.add(other.getVersion()));
        return view;
    }

    @GET
    @Path("/{address}/" + DataSetManifest.PREVIEW)
    @Produces({"image/png", ProblemDetail.MEDIA_TYPE})
    @Operation(summary = "A picture of some of a data set's images")
    @APIResponse(
            responseCode = "200",
            description = "The picture",
            content = @Content(mediaType = "image/png", schema = @Schema(type = SchemaType.STRING, format = "binary")))
    public Response preview(
            @Parameter(description = ADDRESS) @PathParam("address") String address, @Context Request request)
            throws IOException {
        DataSet set = feed.dataSet(address);
        Artifact preview = set.getPreview();
        if (preview == null) {
            throw Refusal.noPreview(set);
        }
        EntityTag tag = new EntityTag(preview.getSha256());
        Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
        Response.ResponseBuilder answer = unchanged != null
                ? unchanged
                : Response.ok(
                        artifacts.verifiedFile(preview, DataSetManifest.PREVIEW).toFile());
        return answer.tag(tag).header("Cache-Control", "private, no-cache").build();
    }
}
