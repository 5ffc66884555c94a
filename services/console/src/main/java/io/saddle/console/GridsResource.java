package io.saddle.console;

import io.saddle.artifact.ArtifactStore;
import io.saddle.console.history.RunHistories;
import io.saddle.schema.FidScore;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.file.Files;

/** The sample grids of a run's judged models, out of the artifact store. */
@Path("/api/runs/{id}/grids/{step}")
@Blocking
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
    public Response grid(@PathParam("id") String runId, @PathParam("step") long step) throws IOException {
        FidScore score = histories.find(runId).stream()
                .flatMap(history -> history.scores().stream())
                .filter(candidate -> candidate.getStep() == step && candidate.getGrid() != null)
                .findFirst()
                .orElseThrow(() -> Refusal.noGrid(runId, step));
        return Response.ok(Files.readAllBytes(artifacts.verified(score.getGrid())))
                .header("Cache-Control", ONE_DAY)
                .build();
    }
}
