package io.saddle.cli.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.connection.ChangeReason;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.ConsoleCommand;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Projects and their members. */
@Command(
        name = "project",
        description = {
            "Defines projects: of a run whose label 'project' names one, only its members change anything, and admins."
                    + " Everybody who may look sees it."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ProjectCommand.ListProjects.class, ProjectCommand.SetProject.class, ProjectCommand.Delete.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./saddle project set vision --add ann --add bob --description 'the camera team'",
            "  ./saddle project list",
            "  ./saddle run label my-run project=vision"
        })
public final class ProjectCommand {

    /** Lists them. */
    @Command(
            name = "list",
            description = "Lists the projects and their members.",
            footer = {"  ./saddle project list", "  ./saddle project list --json"})
    static final class ListProjects extends ConsoleCommand {

        @Option(names = "--json", description = "As the console answers.")
        private boolean asJson;

        @Override
        protected int ask(ConsoleClient console, PrintWriter out) {
            JsonNode projects = new AccessClient(console).projects();
            if (asJson) {
                out.println(projects.toPrettyString());
                return ExitCode.OK;
            }
            if (projects.isEmpty()) {
                out.println("no projects");
            }
            projects.forEach(project -> out.println(line(project)));
            return ExitCode.OK;
        }
    }

    private static String line(JsonNode project) {
        String description = project.path("description").asText();
        return project.path("name").asText() + ": " + String.join(", ", members(project))
                + (description.isEmpty() ? "" : " (" + description + ")");
    }

    private static List<String> members(JsonNode project) {
        Set<String> members = new LinkedHashSet<>();
        project.path("members").forEach(member -> members.add(member.asText()));
        return List.copyOf(members);
    }

    /** Defines or changes one. */
    @Command(
            name = "set",
            description =
                    "Defines a project, or changes its members. Whoever defines one is its first member, an admin only if he names nobody.",
            footer = {
                "  ./saddle project set vision --add ann --add bob",
                "  ./saddle project set vision --remove bob --reason 'another team'"
            })
    static final class SetProject extends ConsoleCommand {

        @Parameters(paramLabel = "NAME", description = "The project, as the label has it.")
        private String name;

        @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
        private String description;

        @Option(names = "--add", paramLabel = "PERSON", description = "A further member; may be given several times.")
        private List<String> added = List.of();

        @Option(
                names = "--remove",
                paramLabel = "PERSON",
                description = "No member any more; may be given several times.")
        private List<String> removed = List.of();

        @Mixin
        private ChangeReason reason;

        @Override
        protected int ask(ConsoleClient console, PrintWriter out) {
            ObjectNode wanted = JsonNodeFactory.instance.objectNode();
            if (description != null) {
                wanted.put("description", description);
            }
            if (!added.isEmpty() || !removed.isEmpty()) {
                Set<String> members = new LinkedHashSet<>();
                for (JsonNode project : new AccessClient(console).projects()) {
                    if (project.path("name").asText().equals(name)) {
                        members.addAll(members(project));
                        // Somebody else may change them meanwhile.
                        wanted.set("revision", project.path("revision"));
                    }
                }
                members.addAll(added);
                removed.forEach(members::remove);
                members.forEach(wanted.putArray("members")::add);
            }
            out.println(line(new AccessClient(reason.with(console)).setProject(name, wanted)));
            return ExitCode.OK;
        }
    }

    /** Deletes one. */
    @Command(
            name = "delete",
            description = "Deletes a project; its runs stay, and are everybody's to change from then on.",
            footer = "  ./saddle project delete vision")
    static final class Delete extends ConsoleCommand {

        @Parameters(paramLabel = "NAME", description = "The project.")
        private String name;

        @Mixin
        private ChangeReason reason;

        @Override
        protected int ask(ConsoleClient console, PrintWriter out) {
            new AccessClient(reason.with(console)).deleteProject(name);
            out.println(name + ": is deleted");
            return ExitCode.OK;
        }
    }
}
