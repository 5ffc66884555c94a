package io.saddle.console;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.console.access.Requester;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What becomes of runs beside their training: label, archive, delete. */
@Path(RunsResource.PATH)
@Produces({MediaType.APPLICATION_JSON, ProblemDetail.MEDIA_TYPE})
@Blocking
@Tag(name = "runs")
public class RunLifecycleResource {

    private final RunLifecycleCommands commands;
    private final RunSummaries summaries;
    private final Requester requester;

    public RunLifecycleResource(RunLifecycleCommands commands, RunSummaries summaries, Requester requester) {
        this.commands = commands;
        this.summaries = summaries;
        this.requester = requester;
    }

    @PATCH
    @Path("/{id}/labels")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Changes labels of a run that trains or has ended; its training goes on untouched")
    @RequestBody(
            required = true,
            description = "Values by key; null takes a label away, what is not named stays",
            content = @Content(schema = @Schema(type = SchemaType.OBJECT)))
    public RunSummary label(@PathParam("id") String runId, JsonNode changes) {
        return summaries.of(commands.label(runId, changes, requester.name()));
    }

    @POST
    @Path("/{id}/archive")
    @Operation(summary = "Puts a run away that has ended: it leaves the lists, and keeps everything")
    public RunSummary archive(@PathParam("id") String runId) {
        return summaries.of(commands.archive(runId, requester.name()));
    }

    @POST
    @Path("/{id}/unarchive")
    @Operation(summary = "Takes a run back that was put away")
    public RunSummary unarchive(@PathParam("id") String runId) {
        return summaries.of(commands.unarchive(runId, requester.name()));
    }

    @GET
    @Path("/{id}/deletion")
    @Operation(summary = "What the deletion of a run would take, and what stands against it")
    public RunLifecycleCommands.Deletion deletion(@PathParam("id") String runId) throws IOException {
        return commands.deletion(runId);
    }

    /** The run of a deletion, and what stays. */
    record Deleted(
            @JsonUnwrapped RunSummary run,

            @Schema(nullable = true, description = RunLifecycleCommands.OTHERS_FILES)
            String othersFiles) {}

    /** Deletes a run's artifacts in a while; its records stay unless history is true. */
    @DELETE
    @Path("/{id}")
    @Operation(summary = "Deletes all artifacts of a run that has ended: its models, checkpoints and pictures")
    @APIResponseSchema(
            value = Deleted.class,
            responseCode = "202",
            responseDescription = "Will be done, whatever ends meanwhile; lifecycle says when it is")
    public Response delete(
            @PathParam("id") String runId,
            @Parameter(
                            description =
                                    "true: the run, its constraints and its status go from their topics too; its name stays"
                                            + " taken. Without: the records stay")
                    @QueryParam("history")
                    @DefaultValue("false")
                    boolean withHistory)
            throws IOException {
        RunLifecycleCommands.Wish wish = commands.delete(runId, withHistory, requester.name());
        return Response.accepted(new Deleted(summaries.of(wish.run()), wish.othersFiles()))
                .build();
    }
}
