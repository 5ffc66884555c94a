package io.saddle.console;

import io.saddle.console.access.EncodedText;
import io.saddle.console.access.Requester;
import io.saddle.run.spec.LossWords;
import io.saddle.schema.ConstraintDefinition;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** A run's constraints: look, add, set-threshold, shadow, promote, retire. A lost race is a 409. */
@Path("/api/runs/{run}/constraints")
@Produces({MediaType.APPLICATION_JSON, ProblemDetail.MEDIA_TYPE})
@Blocking
@Tag(name = "constraints")
public class ConstraintsResource {

    private final TopicFeed feed;
    private final ConstraintCommands commands;
    private final RunSpecs specs;
    private final Requester requester;

    public ConstraintsResource(TopicFeed feed, ConstraintCommands commands, RunSpecs specs, Requester requester) {
        this.feed = feed;
        this.commands = commands;
        this.specs = specs;
        this.requester = requester;
    }

    @GET
    @Operation(summary = "Lists a run's constraints with slack, multiplier and evaluator")
    public List<ConstraintView> list(@PathParam("run") String runId) {
        feed.run(runId);
        return feed.tables().constraints(runId).stream().map(this::view).toList();
    }

    /** Adds a constraint: the body is one, in the words of a run specification, YAML or JSON. */
    @POST
    @Consumes({"application/yaml", "text/yaml", "application/x-yaml", MediaType.APPLICATION_JSON, MediaType.TEXT_PLAIN})
    @Operation(summary = "Adds a constraint, or defines a retired one anew")
    @RequestBody(required = true, description = "One constraint in the words of a run specification, YAML or JSON")
    @APIResponseSchema(value = ConstraintView.class, responseCode = "201", responseDescription = "Added")
    public Response add(
            @PathParam("run") String runId,
            @Parameter(description = "Who asks, percent-encoded") @HeaderParam(EncodedText.BY) String by,
            @Parameter(description = "Why, percent-encoded") @HeaderParam(EncodedText.REASON) String reason,
            @Parameter(description = "Absolute folder that relative paths are relative to, percent-encoded")
                    @HeaderParam(EncodedHeader.FOLDER)
                    String folder,
            String yaml) {
        return Response.status(Response.Status.CREATED)
                .entity(view(commands.add(
                        runId,
                        yaml,
                        EncodedHeader.folder(folder),
                        requester.nameOr(EncodedText.of(by)),
                        EncodedText.of(reason))))
                .build();
    }

    @POST
    @Path("/{id}/threshold")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Sets another threshold")
    public ConstraintView threshold(
            @PathParam("run") String runId, @PathParam("id") String id, ConstraintRequest request) {
        return view(commands.setThreshold(runId, id, given(request)));
    }

    @POST
    @Path("/{id}/shadow")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Lets another evaluator measure beside the one in force")
    public ConstraintView shadow(
            @PathParam("run") String runId, @PathParam("id") String id, ConstraintRequest request) {
        return view(commands.shadow(runId, id, given(request)));
    }

    @POST
    @Path("/{id}/promote")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Puts a shadow in the place of its constraint")
    public ConstraintView promote(
            @PathParam("run") String runId, @PathParam("id") String id, ConstraintRequest request) {
        return view(commands.promote(runId, id, given(request)));
    }

    @POST
    @Path("/{id}/retire")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Ends a constraint")
    public ConstraintView retire(
            @PathParam("run") String runId, @PathParam("id") String id, ConstraintRequest request) {
        return view(commands.retire(runId, id, given(request)));
    }

    private ConstraintRequest given(ConstraintRequest request) {
        ConstraintRequest given = request == null ? ConstraintRequest.EMPTY : request;
        return given.by(requester.nameOr(given.by()));
    }

    private ConstraintView view(ConstraintDefinition definition) {
        return ConstraintView.of(
                definition,
                feed.views().rows(definition.getRunId()),
                feed.views().estimate(definition.getRunId(), definition.getConstraintId()),
                specs.of(feed.run(definition.getRunId())).map(LossWords::new),
                feed.evaluators().offers(definition));
    }
}
