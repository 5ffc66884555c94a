package io.saddle.console;

import io.saddle.artifact.ArtifactStore;
import io.saddle.console.history.PageHistory;
import io.saddle.console.history.RunHistories;
import io.saddle.model.StoredGrids;
import io.saddle.schema.Artifact;
import io.saddle.schema.FidScore;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The sample grids of a run's judged models, out of the artifact store. */
@Path("/api/runs/{id}/grids/{step}")
@Blocking
@Tag(name = "history")
public class GridsResource {

    private static final String ONE_DAY = "private, max-age=86400";

    private final RunHistories histories;
    private final ArtifactStore artifacts;

    public GridsResource(RunHistories histories, ArtifactStore artifacts) {
        this.histories = histories;
        this.artifacts = artifacts;
    }

    @GET
    @Produces({"image/png", ProblemDetail.MEDIA_TYPE})
    @Operation(summary = "The sample grid of a judged model")
    @APIResponse(
            responseCode = "200",
            description = "The grid",
            content = @Content(mediaType = "image/png", schema = @Schema(type = SchemaType.STRING, format = "binary")))
    public Response grid(@PathParam("id") String runId, @PathParam("step") long step) throws IOException {
        PageHistory history = histories.find(runId).orElseThrow(() -> Refusal.noGrid(runId, step));
        Optional<Artifact> grid = announced(history, step);
        if (grid.isEmpty()) {
            // Of a run of weeks some scores are not kept.
            grid = artifacts.find(runId, StoredGrids.name(step), "");
        }
        return Response.ok(Files.readAllBytes(artifacts.verified(grid.orElseThrow(() -> Refusal.noGrid(runId, step)))))
                .header("Cache-Control", ONE_DAY)
                .build();
    }

    private static Optional<Artifact> announced(PageHistory history, long step) {
        return history.scores().stream()
                .filter(score -> score.getStep() == step && score.getGrid() != null)
                .map(FidScore::getGrid)
                // Under whatever network: they share a file, and the last one wrote it.
                .reduce((before, after) -> after);
    }
}
