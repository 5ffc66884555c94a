package io.saddle.console;

import io.saddle.artifact.ArtifactStore;
import io.saddle.diffusion.autoencoder.AutoencoderFiles;
import io.saddle.diffusion.files.DiffusersZip;
import io.saddle.model.StoredSnapshots;
import io.saddle.model.StoredSnapshots.Snapshot;
import io.saddle.model.data.ImageSets;
import io.saddle.run.RunPhases;
import io.saddle.run.spec.ModelFolders;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.RunMetadata;
import io.saddle.schema.TrainingRun;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** A run's models as folders that diffusers opens, out of the artifact store. */
@Path(ModelsResource.PATH)
@Blocking
@Tag(name = "runs")
public class ModelsResource {

    static final String PATH = "/api/runs/{id}/models/{model}.zip";

    private static final String NEWEST = "newest";
    private static final String BEST = ModelFolders.BEST;
    private static final Pattern STEP = Pattern.compile("[0-9]{1,18}");

    private final TopicFeed feed;
    private final ArtifactStore artifacts;
    private final RunSpecs specs;
    private final ImageSets sets;

    public ModelsResource(TopicFeed feed, ArtifactStore artifacts, RunSpecs specs, ImageSets sets) {
        this.feed = feed;
        this.artifacts = artifacts;
        this.specs = specs;
        this.sets = sets;
    }

    @GET
    @Produces({"application/zip", ProblemDetail.MEDIA_TYPE})
    @Operation(
            summary =
                    "A model (EMA) of a run as a folder that diffusers' DDPMPipeline.from_pretrained opens, as ZIP; of latents one with"
                            + " network, schedule and autoencoder")
    @APIResponse(
            responseCode = "200",
            description = "The ZIP",
            content =
                    @Content(
                            mediaType = "application/zip",
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "409", ref = ApiDescription.CONFLICT)
    public Response zip(
            @PathParam("id") String runId,
            @Parameter(description = "best (least violation, then least Frechet distance), newest, or primal steps")
                    @PathParam("model")
                    String model,
            @Parameter(description = "Of latents: whether what decodes them comes along, which may be gone")
                    @QueryParam("autoencoder")
                    @DefaultValue("true")
                    boolean withAutoencoder)
            throws IOException {
        TrainingRun run = feed.run(runId);
        StoredSnapshots snapshots = new StoredSnapshots(artifacts, runId);
        Snapshot chosen = chosen(runId, model, snapshots);
        DiffusersZip zip = DiffusersZip.of(snapshots.open(chosen), withAutoencoder ? autoencoder(run) : List.of());
        StreamingOutput body = out -> {
            try (zip) {
                zip.writeTo(out);
            }
        };
        return headers(Response.ok(body), runId, chosen).build();
    }

    /** The same without the ZIP, whose files would be opened for a body that nobody writes, and so closes. */
    @HEAD
    @Produces({"application/zip", ProblemDetail.MEDIA_TYPE})
    @Operation(hidden = true)
    public Response zipHeaders(@PathParam("id") String runId, @PathParam("model") String model) throws IOException {
        feed.run(runId);
        return headers(
                        Response.ok().type("application/zip"),
                        runId,
                        chosen(runId, model, new StoredSnapshots(artifacts, runId)))
                .build();
    }

    private static Response.ResponseBuilder headers(Response.ResponseBuilder answer, String runId, Snapshot chosen) {
        return answer.header(
                        "Content-Disposition", "attachment; filename=\"" + runId + "-step-" + chosen.step() + ".zip\"")
                .header("Cache-Control", "private, no-store");
    }

    /** Files of the autoencoder that decodes the run's latents; none for one that trains on images. */
    private List<java.nio.file.Path> autoencoder(TrainingRun run) throws IOException {
        Optional<String> latents =
                specs.of(run).map(RunSpec::data).filter(RunSpec.Data::latents).map(RunSpec.Data::images);
        return latents.isEmpty()
                ? List.of()
                : AutoencoderFiles.open(sets.autoencoder(latents.get())).files();
    }

    private Snapshot chosen(String runId, String model, StoredSnapshots snapshots) {
        if (!model.equals(NEWEST) && !model.equals(BEST) && !STEP.matcher(model).matches()) {
            throw Refusal.notThere(
                    "'" + model + "' names no model: best.zip, newest.zip or the primal steps of one, such as "
                            + snapshots.newest().map(Snapshot::step).orElse(1000L) + ".zip");
        }
        if (feed.tables().isDeleted(runId)) {
            throw Refusal.notThere("the models of run '" + runId + "' are deleted"
                    + feed.tables()
                            .metadata(runId)
                            .map(RunMetadata::getUpdatedBy)
                            .map(by -> ", as " + by + " wanted")
                            .orElse(""));
        }
        Snapshot newest = snapshots
                .newest()
                .orElseThrow(() -> RunPhases.isFinal(feed.views().phase(runId))
                        ? Refusal.notThere("run '" + runId + "' has ended without a model")
                        : Refusal.conflict("run '" + runId
                                + "' has no model yet: the first comes after evaluation.every steps; ask again then"));
        return switch (model) {
            case NEWEST -> newest;
            case BEST ->
                snapshots
                        .best(feed.views().judgedSteps(runId))
                        .orElseThrow(() -> Refusal.conflict("no model of run '" + runId
                                + "' is judged yet: that happens every evaluation.every steps and at the end; newest.zip"
                                + " is there"));
            default ->
                snapshots
                        .at(Long.parseLong(model))
                        .orElseThrow(() -> Refusal.notThere("run '" + runId + "' has no model of step " + model
                                + " any more or yet; there are those of " + snapshots.steps()));
        };
    }
}
