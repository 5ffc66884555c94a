package io.saddle.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.console.Absences.Absence;
import io.saddle.console.access.Requester;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.run.spec.LossWords;
import io.saddle.run.spec.Problem;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.DesiredState;
import io.saddle.schema.TrainingRun;
import io.saddle.serde.RecordJson;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.faulttolerance.api.RateLimit;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
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
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Runs: submit, list, look, pause, resume, stop. */
@Path(RunsResource.PATH)
@Produces({MediaType.APPLICATION_JSON, ProblemDetail.MEDIA_TYPE})
@Blocking
@Tag(name = "runs")
public class RunsResource {

    static final String PATH = "/api/runs";

    /**
     * The body of a change of priority.
     *
     * @param priority a whole number; what else it is, the specification's rules refuse
     */
    record Priority(JsonNode priority) {}

    private final TopicFeed feed;
    private final RunCommands commands;
    private final RunSpecs specs;
    private final RunSummaries summaries;
    private final Requester requester;
    private final ObjectMapper json;
    private final Clock clock;

    public RunsResource(
            TopicFeed feed,
            RunCommands commands,
            RunSpecs specs,
            RunSummaries summaries,
            Requester requester,
            ObjectMapper json,
            Clock clock) {
        this.feed = feed;
        this.commands = commands;
        this.specs = specs;
        this.summaries = summaries;
        this.requester = requester;
        this.json = json;
        this.clock = clock;
    }

    /** Submits a run: the body is its specification in YAML (or JSON, which is YAML). */
    @POST
    @Consumes({"application/yaml", "text/yaml", "application/x-yaml", MediaType.APPLICATION_JSON, MediaType.TEXT_PLAIN})
    @Operation(summary = "Submits a run")
    @RequestBody(required = true, description = "The run specification in YAML or JSON")
    @APIResponseSchema(
            value = RunSummary.class,
            responseCode = "201",
            responseDescription = "Taken up; Location says where it is")
    @APIResponse(responseCode = "429", ref = ApiDescription.TOO_OFTEN)
    public Response submit(
            @Parameter(description = "Absolute folder that relative paths are relative to, percent-encoded")
                    @HeaderParam(EncodedHeader.FOLDER)
                    String folder,
            String yaml) {
        TrainingRun run = commands.submit(yaml, EncodedHeader.folder(folder), requester.name());
        return Response.created(URI.create(PATH + "/" + run.getRunId()))
                .entity(summaries.of(run))
                .build();
    }

    /** The answer of {@link #submit} to a specification; nothing is taken up. As one types: so many in a minute. */
    @POST
    @Path("/check")
    @RateLimit(value = 240, window = 1, windowUnit = ChronoUnit.MINUTES)
    @Consumes({"application/yaml", "text/yaml", "application/x-yaml", MediaType.APPLICATION_JSON, MediaType.TEXT_PLAIN})
    @Operation(summary = "Checks a run specification as a submission does, and takes nothing up")
    @APIResponseSchema(value = Checked.class, responseCode = "200", responseDescription = "No mistakes found")
    @APIResponse(responseCode = "429", ref = ApiDescription.TOO_OFTEN)
    @RequestBody(required = true, description = "The run specification in YAML or JSON")
    public Checked check(
            @Parameter(description = "Absolute folder that relative paths are relative to, percent-encoded")
                    @HeaderParam(EncodedHeader.FOLDER)
                    String folder,
            String yaml) {
        RunSpec spec = commands.check(yaml, EncodedHeader.folder(folder));
        List<Absence> absences = new Absences(feed).of(commands.constraints(spec));
        return new Checked(spec.name(), absences.stream().map(Absence::message).toList());
    }

    /**
     * A specification without mistakes.
     *
     * @param missing whom its run would wait for in vain now
     */
    record Checked(String name, List<String> missing) {}

    /** Those that the query asks for; how many there are in all stands in a header, and where the next ones are. */
    @GET
    @Operation(summary = "Lists runs, narrowed down and in pages where that is asked for")
    @APIResponse(
            responseCode = "200",
            description = "The runs; those that were put away or deleted only where lifecycle asks for them",
            headers = {
                @Header(
                        name = ListPage.TOTAL,
                        description = "Number of runs that the query asks for, on all pages",
                        schema = @Schema(type = SchemaType.INTEGER)),
                @Header(
                        name = HttpHeaders.LINK,
                        description = "The next page, with rel=next; absent on the last",
                        schema = @Schema(type = SchemaType.STRING))
            },
            content = @Content(schema = @Schema(type = SchemaType.ARRAY, implementation = RunSummary.class)))
    public Response list(@BeanParam RunQuery query, @Context UriInfo address) {
        List<Problem> problems = new ArrayList<>();
        RunFilter filter = RunFilter.of(query, clock.instant(), problems);
        ListPage page = ListPage.of(query, problems);
        if (!problems.isEmpty()) {
            throw Refusal.invalid("the query has mistakes", problems);
        }
        RunSummaries.Found found = summaries.find(filter, page);
        return page.answer(found.lines(), found.total(), address);
    }

    /**
     * One run whole: its summary, specification, constraints, newest multipliers, newest score, and its judged models, best first.
     * Multipliers and judged models are null while the console still reads the dual steps that there were before it came up.
     */
    @GET
    @Path("/{id}")
    @Operation(
            summary =
                    "One run whole: specification, constraints, newest multipliers and score, judged models, the best first")
    public JsonNode show(@PathParam("id") String runId) throws IOException {
        TrainingRun run = feed.run(runId);
        ObjectNode view = json.valueToTree(summaries.of(run));
        view.put("revision", run.getRevision());
        view.set("metadata", feed.tables().metadata(runId).map(RecordJson::of).orElse(null));
        view.set("spec", json.readTree(run.getSpec()));
        Optional<LossWords> losses = specs.of(run).map(LossWords::new);
        view.put("minimised", losses.map(LossWords::objective).orElse(null));
        view.putArray("constraints")
                .addAll(feed.tables().constraints(runId).stream()
                        .map(constraint -> constraint(constraint, losses))
                        .toList());
        view.set(
                "multipliers",
                feed.views().multipliers(runId).map(RecordJson::of).orElse(null));
        view.set("score", feed.views().score(runId).map(RecordJson::of).orElse(null));
        view.set(
                "judgedModels",
                feed.views().judged(runId).<JsonNode>map(json::valueToTree).orElse(null));
        return view;
    }

    @GET
    @Path("/{id}/lineage")
    @Operation(
            summary =
                    "The runs that descend from the same one, by the models that they have started from, this one among them,"
                            + " deleted ones too; the oldest first")
    public List<RunSummary> lineage(@PathParam("id") String runId) {
        return summaries.lineage(feed.run(runId));
    }

    private static JsonNode constraint(ConstraintDefinition definition, Optional<LossWords> losses) {
        ObjectNode constraint = RecordJson.of(definition);
        String kind = ConstraintKinds.of(definition);
        losses.ifPresent(words -> {
            constraint.put("measuredIn", words.measured(kind));
            words.trained(kind).ifPresent(trained -> constraint.put("trainedOn", trained));
        });
        return constraint;
    }

    @POST
    @Path("/{id}/pause")
    @Operation(summary = "Pauses a run")
    public RunSummary pause(@PathParam("id") String runId) {
        return summaries.of(commands.desire(runId, DesiredState.PAUSED, requester.name()));
    }

    @POST
    @Path("/{id}/resume")
    @Operation(summary = "Lets a paused run go on")
    public RunSummary resume(@PathParam("id") String runId) {
        return summaries.of(commands.desire(runId, DesiredState.RUNNING, requester.name()));
    }

    @POST
    @Path("/{id}/stop")
    @Operation(summary = "Stops a run for good")
    public RunSummary stop(@PathParam("id") String runId) {
        return summaries.of(commands.desire(runId, DesiredState.STOPPED, requester.name()));
    }

    @PATCH
    @Path("/{id}/priority")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Changes how soon a run that waits gets a trainer's free seat")
    @RequestBody(
            required = true,
            description = "{\"priority\": 5}: the higher, the sooner",
            content = @Content(schema = @Schema(type = SchemaType.OBJECT)))
    public RunSummary prioritize(@PathParam("id") String runId, Priority body) {
        return summaries.of(commands.prioritize(runId, body == null ? null : body.priority(), requester.name()));
    }

    /** Changes dual settings while the run trains: the body has keys of {@code dual} and their values. */
    @PATCH
    @Path("/{id}/dual")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Changes dual settings while the run trains")
    @RequestBody(
            required = true,
            description = "Keys of the specification's dual and their values",
            content = @Content(schema = @Schema(type = SchemaType.OBJECT)))
    public RunSummary dual(
            @PathParam("id") String runId,
            @Parameter(description = "That the change was made for; without: whichever is newest")
                    @QueryParam("revision")
                    Integer revision,
            JsonNode changes) {
        return summaries.of(commands.setDual(runId, changes, revision, requester.name()));
    }
}
