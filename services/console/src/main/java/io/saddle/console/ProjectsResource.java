package io.saddle.console;

import io.saddle.console.AccessCommands.WantedProject;
import io.saddle.console.access.Projects;
import io.saddle.schema.Project;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Projects: define, list, delete. */
@Path("/api/projects")
@Produces({MediaType.APPLICATION_JSON, ProblemDetail.MEDIA_TYPE})
@Blocking
@Tag(name = "access")
public class ProjectsResource {

    private final Projects projects;
    private final AccessCommands commands;

    public ProjectsResource(Projects projects, AccessCommands commands) {
        this.projects = projects;
        this.commands = commands;
    }

    /** A project. */
    record ProjectView(
            String name,
            String description,
            List<String> members,
            long revision,
            Instant updatedAt,
            @Schema(nullable = true) String updatedBy) {

        static ProjectView of(Project project) {
            return new ProjectView(
                    project.getName(),
                    project.getDescription(),
                    project.getMembers(),
                    project.getRevision(),
                    project.getUpdatedAt(),
                    project.getUpdatedBy());
        }
    }

    @GET
    @Operation(summary = "Lists the projects, by name")
    public List<ProjectView> list() {
        return projects.all().stream().map(ProjectView::of).toList();
    }

    @PUT
    @Path("/{name}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Defines a project, or changes its description or members; what is not given stays")
    public ProjectView set(@PathParam("name") String name, WantedProject wanted) {
        return ProjectView.of(commands.set(name, wanted == null ? new WantedProject(null, null, null) : wanted));
    }

    @DELETE
    @Path("/{name}")
    @Operation(summary = "Deletes a project: its runs are everybody's from then on")
    public void delete(@PathParam("name") String name) {
        commands.delete(name);
    }
}
