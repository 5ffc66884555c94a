package io.saddle.console;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.console.access.Requester;
import io.saddle.pipeline.spec.PipelineParser;
import io.saddle.pipeline.spec.PipelineSpec;
import io.saddle.pipeline.spec.Schedule;
import io.saddle.run.spec.Problem;
import io.saddle.schema.Pipeline;
import io.saddle.schema.PipelineExecution;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.faulttolerance.api.RateLimit;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Pipelines: define, check, list, look, start. */
@Path(PipelinesResource.PATH)
@Produces({MediaType.APPLICATION_JSON, ProblemDetail.MEDIA_TYPE})
@Blocking
@Tag(name = "pipelines")
public class PipelinesResource {

    static final String PATH = "/api/pipelines";

    private final TopicFeed feed;
    private final PipelineCommands commands;
    private final ExecutionCommands executions;
    private final PipelineSchedules schedules;
    private final Clock clock;
    private final Requester requester;
    private final ObjectMapper json;

    public PipelinesResource(
            TopicFeed feed,
            PipelineCommands commands,
            ExecutionCommands executions,
            PipelineSchedules schedules,
            Clock clock,
            Requester requester,
            ObjectMapper json) {
        this.feed = feed;
        this.commands = commands;
        this.executions = executions;
        this.schedules = schedules;
        this.clock = clock;
        this.requester = requester;
        this.json = json;
    }

    /**
     * A pipeline in the list.
     *
     * @param schedule what starts it by itself, in words; null if nothing does
     * @param next when that is by the clock; null if it is not
     * @param newest its newest execution; null if there is none
     */
    record Summary(
            String name,
            String description,
            int revision,
            Instant updatedAt,
            @Schema(nullable = true) String updatedBy,
            @Schema(nullable = true) String schedule,
            @Schema(nullable = true) Instant next,
            @Schema(nullable = true) ExecutionView newest) {}

    /** A revision; its definition is null where it is left out. */
    record Revision(
            int revision,

            @JsonRawValue @Schema(type = SchemaType.OBJECT, nullable = true)
            String definition,

            Instant updatedAt,
            @Schema(nullable = true) String updatedBy) {}

    /** A pipeline whole, its newest revision and execution first; schedule and next as in {@link Summary}. */
    record Details(
            String name,
            String description,
            @Schema(nullable = true) String schedule,
            @Schema(nullable = true) Instant next,
            List<Revision> revisions,
            List<ExecutionView> executions) {}

    /** A definition without mistakes. */
    record Checked(String name, List<String> steps) {}

    @POST
    @Consumes({"application/yaml", "text/yaml", "application/x-yaml", MediaType.APPLICATION_JSON, MediaType.TEXT_PLAIN})
    @Operation(summary = "Keeps a definition as its pipeline's next revision; the newest one again changes nothing")
    @RequestBody(required = true, description = "The definition in YAML or JSON")
    @APIResponseSchema(
            value = Summary.class,
            responseCode = "201",
            responseDescription = "Kept; Location says where it is")
    public Response define(
            @Parameter(description = "Absolute folder that relative paths are relative to, percent-encoded")
                    @HeaderParam(EncodedHeader.FOLDER)
                    String folder,
            String yaml) {
        Pipeline pipeline = commands.define(yaml, EncodedHeader.folder(folder), requester.name());
        return Response.created(URI.create(PATH + "/" + pipeline.getName()))
                .entity(summary(pipeline))
                .build();
    }

    /** The answer of {@link #define} to a definition; nothing is kept. As one types: so many in a minute. */
    @POST
    @Path("/check")
    @RateLimit(value = 240, window = 1, windowUnit = ChronoUnit.MINUTES)
    @Consumes({"application/yaml", "text/yaml", "application/x-yaml", MediaType.APPLICATION_JSON, MediaType.TEXT_PLAIN})
    @Operation(summary = "Checks a definition, those of its runs too, and keeps nothing")
    @APIResponseSchema(value = Checked.class, responseCode = "200", responseDescription = "No mistakes found")
    @APIResponse(responseCode = "429", ref = ApiDescription.TOO_OFTEN)
    @RequestBody(required = true, description = "The definition in YAML or JSON")
    public Checked check(
            @Parameter(description = "Absolute folder that relative paths are relative to, percent-encoded")
                    @HeaderParam(EncodedHeader.FOLDER)
                    String folder,
            String yaml) {
        PipelineSpec spec = commands.check(yaml, EncodedHeader.folder(folder));
        return new Checked(
                spec.name(),
                spec.steps().stream()
                        .flatMap(step -> step.instances().stream())
                        .map(PipelineSpec.Instance::name)
                        .toList());
    }

    @GET
    @Operation(summary = "Lists the pipelines")
    public List<Summary> list() {
        return feed.pipelines().newest().stream().map(this::summary).toList();
    }

    @GET
    @Path("/schema")
    @Operation(summary = "The format of definitions, as a JSON schema")
    public JsonNode schema() {
        return PipelineParser.schema();
    }

    @GET
    @Path("/{name}")
    @Operation(summary = "A pipeline with its revisions and executions, the newest first")
    public Details one(
            @PathParam("name") String name,
            @Parameter(
                            description =
                                    "So many of its newest executions, without what their steps put out; left out: all, whole")
                    @QueryParam("executions")
                    Integer most,
            @Parameter(description = "false: the revisions without their definitions")
                    @QueryParam("definitions")
                    @DefaultValue("true")
                    boolean definitions) {
        List<Problem> problems = new ArrayList<>();
        int limit = ListPage.most("executions", most, problems);
        if (!problems.isEmpty()) {
            throw Refusal.invalid("the query has mistakes", problems);
        }
        Pipeline newest = commands.pipeline(name, null);
        return new Details(
                name,
                description(newest),
                schedule(newest),
                next(newest),
                feed.pipelines().revisions(name).stream()
                        .map(one -> revision(one, definitions))
                        .toList(),
                feed.pipelines().executions(name).stream()
                        .limit(limit)
                        .map(execution -> view(execution, most == null))
                        .toList());
    }

    private static Revision revision(Pipeline one, boolean definition) {
        return new Revision(
                one.getRevision(), definition ? one.getDefinition() : null, one.getUpdatedAt(), one.getUpdatedBy());
    }

    @POST
    @Path("/{name}/executions")
    @RateLimit(value = 60, window = 1, windowUnit = ChronoUnit.MINUTES)
    @Operation(summary = "Starts an execution")
    @APIResponse(responseCode = "429", ref = ApiDescription.TOO_OFTEN)
    @APIResponseSchema(
            value = ExecutionView.class,
            responseCode = "201",
            responseDescription = "Started; Location says where it is")
    public Response start(
            @PathParam("name") String name,
            @Parameter(description = "Revision of the definition; left out: the newest") @QueryParam("revision")
                    Integer revision,
            @Parameter(
                            description =
                                    "An execution of another pipeline whose outputs it is started with; left out: none")
                    @QueryParam("after")
                    String after) {
        PipelineExecution execution = commands.start(name, revision, after, requester.name());
        return Response.created(URI.create(ExecutionsResource.PATH + "/" + execution.getExecutionId()))
                .entity(view(execution))
                .build();
    }

    private ExecutionView view(PipelineExecution execution) {
        return view(execution, true);
    }

    private ExecutionView view(PipelineExecution execution, boolean outputs) {
        return ExecutionView.of(execution, executions.phase(execution), feed, outputs);
    }

    private Summary summary(Pipeline pipeline) {
        List<PipelineExecution> executions = feed.pipelines().executions(pipeline.getName());
        return new Summary(
                pipeline.getName(),
                description(pipeline),
                pipeline.getRevision(),
                pipeline.getUpdatedAt(),
                pipeline.getUpdatedBy(),
                schedule(pipeline),
                next(pipeline),
                executions.isEmpty() ? null : view(executions.get(0)));
    }

    private String schedule(Pipeline pipeline) {
        return schedules.of(pipeline).map(Schedule::toString).orElse(null);
    }

    private Instant next(Pipeline pipeline) {
        return schedules
                .of(pipeline)
                .flatMap(schedule -> schedule.next(clock.instant()))
                .orElse(null);
    }

    /** Without a look at all the rest: the list is asked for every second. */
    private String description(Pipeline pipeline) {
        try {
            return json.readTree(pipeline.getDefinition()).path("description").asText("");
        } catch (JsonProcessingException e) {
            return "its definition cannot be read";
        }
    }
}
