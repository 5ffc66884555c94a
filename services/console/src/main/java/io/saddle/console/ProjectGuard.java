package io.saddle.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.arc.Arc;
import io.saddle.console.access.Projects;
import io.saddle.console.access.Requester;
import io.saddle.pipeline.spec.PipelineParser;
import io.saddle.pipeline.spec.PipelineSpec;
import io.saddle.run.spec.InvalidRunSpecException;
import io.saddle.schema.AccessToken;
import io.saddle.schema.Pipeline;
import io.saddle.schema.PipelineExecution;
import io.saddle.schema.Project;
import io.saddle.schema.TrainingRun;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The right to change something of a project: its members' and the admins'. A run belongs to the project that its label {@value #LABEL}
 * names; a pipeline to those that its runs do. What names no project, or one that nobody has defined, is everybody's; where nobody has
 * to prove a name, everything is. What the console does by itself was asked for by somebody who was let through here.
 */
@ApplicationScoped
public class ProjectGuard {

    /** The label that names a run's project. */
    static final String LABEL = "project";

    private static final Pattern OF_A_STEP = Pattern.compile("\\$\\{steps\\.([^.}]+)\\.run}");

    private static final PipelineParser DEFINED = new PipelineParser();

    private final TopicFeed feed;
    private final RunSummaries summaries;
    private final Projects projects;
    private final Requester requester;

    public ProjectGuard(TopicFeed feed, RunSummaries summaries, Projects projects, Requester requester) {
        this.feed = feed;
        this.summaries = summaries;
        this.projects = projects;
        this.requester = requester;
    }

    /** @throws Refusal if whoever asks may not change this run */
    void letThrough(TrainingRun run) {
        letThrough(summaries.labels(run));
    }

    /** @throws Refusal if whoever asks may not change what has these labels */
    void letThrough(Map<String, String> labels) {
        if (isAsked()) {
            letThroughTo(labels.get(LABEL));
        }
    }

    /** @throws Refusal if whoever asks may not change what belongs to no project: a token that is for some */
    void letThroughUnbound() {
        letThrough(Map.of());
    }

    /** @throws Refusal unless whoever asks is an admin: nobody can tell to which project it belongs */
    void letThroughAdmins(String why) {
        if (isAsked() && !requester.isAdmin()) {
            throw Refusal.forbidden(why);
        }
    }

    private boolean isAsked() {
        return Arc.container().requestContext().isActive() && requester.isProven();
    }

    /**
     * @param definition of a pipeline, as it was kept
     * @throws Refusal if whoever asks may not change a run of it, or one that it forks
     */
    void letThrough(String definition) {
        PipelineSpec pipeline;
        try {
            pipeline = DEFINED.fromJson(definition);
        } catch (InvalidRunSpecException e) {
            letThroughAdmins(
                    "this release cannot read the definition, and so not whose it is: an admin stops or replaces it");
            return;
        }
        letThrough(pipeline);
    }

    /** @throws Refusal if whoever asks may not change a run of this pipeline, or one that it forks */
    void letThrough(PipelineSpec pipeline) {
        if (!isAsked()) {
            return;
        }
        boolean hasRuns = false;
        for (PipelineSpec.Step step : pipeline.steps()) {
            if (step.isRun()) {
                hasRuns = true;
                step.instances().forEach(instance -> letThroughTo(project(instance.parameters(), pipeline, 0)));
            }
        }
        if (!hasRuns) {
            letThroughUnbound();
        }
    }

    /**
     * The project of a run that a step makes; null if there is none.
     *
     * @param parameters of a run its specification; of a fork the run, and the changes of its specification
     * @param depth of forks of forks
     */
    private String project(ObjectNode parameters, PipelineSpec pipeline, int depth) {
        String named = named(parameters).orElse(null);
        String source = parameters.path("run").asText("");
        if (named != null || source.isEmpty()) {
            return named;
        }
        Optional<ObjectNode> made = depth > pipeline.steps().size() ? Optional.empty() : makingOf(source, pipeline);
        if (made.isPresent()) {
            return project(made.get(), pipeline, depth + 1);
        }
        Optional<TrainingRun> forked = feed.tables().run(source);
        if (forked.isEmpty() && !projects.all().isEmpty() && !requester.isAdmin()) {
            throw Refusal.forbidden("nobody can tell to which project '" + source
                    + "' will belong: say it, with set.labels." + LABEL + " of the fork");
        }
        return forked.map(run -> summaries.labels(run).get(LABEL)).orElse(null);
    }

    private static Optional<String> named(ObjectNode parameters) {
        return Stream.of(parameters.path("set"), parameters)
                .map(node -> node.path("labels").path(LABEL).asText(""))
                .filter(name -> !name.isEmpty())
                .findFirst();
    }

    /** True if a pipeline, or an execution that has not ended, makes runs of a project by its own words. */
    boolean isNamedByPipelines(String project) {
        Stream<String> kept = feed.pipelines().newest().stream().map(Pipeline::getDefinition);
        Stream<String> going = feed.pipelines().executions().stream()
                .filter(execution -> !feed.pipelines().hasEnded(execution))
                .map(PipelineExecution::getDefinition);
        return Stream.concat(kept, going).distinct().anyMatch(definition -> names(definition, project));
    }

    /** One that this release cannot read is for admins to change anyway. */
    private static boolean names(String definition, String project) {
        try {
            return DEFINED.fromJson(definition).steps().stream()
                    .filter(PipelineSpec.Step::isRun)
                    .flatMap(step -> step.instances().stream())
                    .anyMatch(instance ->
                            named(instance.parameters()).filter(project::equals).isPresent());
        } catch (InvalidRunSpecException e) {
            return false;
        }
    }

    /** What makes the run that a step's output names; empty where it is not the step's own: a task may name any. */
    private static Optional<ObjectNode> makingOf(String source, PipelineSpec pipeline) {
        Matcher ofStep = OF_A_STEP.matcher(source);
        if (!ofStep.matches()) {
            return Optional.empty();
        }
        return pipeline.step(ofStep.group(1))
                .filter(PipelineSpec.Step::isRun)
                .flatMap(step -> step.instances().stream().findFirst())
                .map(PipelineSpec.Instance::parameters);
    }

    private void letThroughTo(String project) {
        List<String> only = requester.token().map(AccessToken::getProjects).orElse(List.of());
        if (!only.isEmpty() && !only.contains(project == null ? "" : project)) {
            throw Refusal.forbidden("this token changes only what belongs to " + String.join(", ", only) + ", and this "
                    + (project == null ? "belongs to no project" : "belongs to " + project));
        }
        if (project != null && project.contains("${")) {
            throw Refusal.forbidden("labels." + LABEL + ": must be written out, was '" + project
                    + "': what a step makes decides nobody's rights");
        }
        Optional<Project> defined = project == null ? Optional.empty() : projects.find(project);
        if (defined.isPresent() && !isMember(defined.get())) {
            throw Refusal.forbidden("this belongs to project '" + project + "', and " + requester.name()
                    + " is none of its members ("
                    + String.join(", ", defined.get().getMembers())
                    + "); one of them or an admin lets others in: './saddle project set " + project + " --add NAME'");
        }
    }

    /** True if whoever asks may change what belongs to it, and its members. */
    boolean isMember(Project project) {
        return requester.isAdmin() || project.getMembers().contains(requester.name());
    }
}
