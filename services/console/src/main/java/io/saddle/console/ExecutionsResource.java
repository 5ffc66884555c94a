package io.saddle.console;

import io.saddle.console.access.Requester;
import io.saddle.run.spec.Problem;
import io.saddle.schema.DesiredState;
import io.saddle.schema.PipelineExecution;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Executions of pipelines: look, pause, resume, stop, try again, decide. */
@Path(ExecutionsResource.PATH)
@Produces({MediaType.APPLICATION_JSON, ProblemDetail.MEDIA_TYPE})
@Blocking
@Tag(name = "pipelines")
public class ExecutionsResource {

    static final String PATH = "/api/executions";

    private final TopicFeed feed;
    private final ExecutionCommands commands;
    private final Requester requester;

    public ExecutionsResource(TopicFeed feed, ExecutionCommands commands, Requester requester) {
        this.feed = feed;
        this.commands = commands;
        this.requester = requester;
    }

    /**
     * What a person decides.
     *
     * @param reason null where none is given
     */
    record Decision(Boolean approved, String reason) {}

    @GET
    @Operation(summary = "Lists the executions of all pipelines, the newest first, in pages where that is asked for")
    @APIResponse(
            responseCode = "200",
            description = "The executions",
            headers = {
                @Header(
                        name = ListPage.TOTAL,
                        description = "Number of executions on all pages",
                        schema = @Schema(type = SchemaType.INTEGER)),
                @Header(
                        name = HttpHeaders.LINK,
                        description = "The next page, with rel=next; absent on the last",
                        schema = @Schema(type = SchemaType.STRING))
            },
            content = @Content(schema = @Schema(type = SchemaType.ARRAY, implementation = ExecutionView.class)))
    public Response list(
            @Parameter(description = "So many at most; the header Link then says where the next ones are. Without: all")
                    @QueryParam("limit")
                    Integer limit,
            @Parameter(description = "So many of the first ones left out") @QueryParam("offset") Integer offset,
            @Context UriInfo address) {
        List<Problem> problems = new ArrayList<>();
        ListPage page = ListPage.of(limit, offset, problems);
        if (!problems.isEmpty()) {
            throw Refusal.invalid("the query has mistakes", problems);
        }
        List<PipelineExecution> all = feed.pipelines().executions();
        return page.answer(page.of(all).stream().map(this::view).toList(), all.size(), address);
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "An execution with its steps")
    public ExecutionView one(@PathParam("id") String id) {
        return view(commands.execution(id));
    }

    @POST
    @Path("/{id}/pause")
    @Operation(summary = "Pauses the runs under way and starts no other tasks; what a worker does goes on")
    public ExecutionView pause(@PathParam("id") String id) {
        return view(commands.desire(id, DesiredState.PAUSED, requester.name()));
    }

    @POST
    @Path("/{id}/resume")
    @Operation(summary = "Goes on with a paused execution")
    public ExecutionView resume(@PathParam("id") String id) {
        return view(commands.desire(id, DesiredState.RUNNING, requester.name()));
    }

    @POST
    @Path("/{id}/stop")
    @Operation(summary = "Stops the tasks under way and the execution")
    public ExecutionView stop(@PathParam("id") String id) {
        return view(commands.desire(id, DesiredState.STOPPED, requester.name()));
    }

    @POST
    @Path("/{id}/retry")
    @Operation(summary = "Goes on from the steps that failed, were stopped or were skipped")
    public ExecutionView retry(@PathParam("id") String id) {
        return view(commands.retry(id, requester.name()));
    }

    @POST
    @Path("/{id}/steps/{step}/decision")
    @Operation(summary = "Decides a step that waits for a person")
    public ExecutionView decide(@PathParam("id") String id, @PathParam("step") String step, Decision decision) {
        if (decision == null || decision.approved() == null) {
            throw Refusal.invalid("approved: is required, true or false", List.of());
        }
        return view(commands.decide(id, step, decision.approved(), decision.reason(), requester.name()));
    }

    private ExecutionView view(PipelineExecution execution) {
        return ExecutionView.of(execution, commands.phase(execution), feed, true);
    }
}
