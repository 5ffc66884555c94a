package io.saddle.console;

import io.saddle.console.access.Requester;
import io.saddle.schema.DesiredState;
import io.saddle.schema.PipelineExecution;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
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
    @Operation(summary = "Lists the executions of all pipelines, the newest first")
    public List<ExecutionView> list() {
        return feed.pipelines().executions().stream().map(this::view).toList();
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "An execution with its steps")
    public ExecutionView one(@PathParam("id") String id) {
        return view(commands.execution(id));
    }

    @POST
    @Path("/{id}/pause")
    @Operation(summary = "Pauses the tasks under way and starts no others")
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
        return ExecutionView.of(execution, commands.phase(execution), feed);
    }
}
