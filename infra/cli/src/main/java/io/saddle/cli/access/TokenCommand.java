package io.saddle.cli.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.connection.ChangeReason;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.ConsoleCommand;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tokens by which programs ask the console. */
@Command(
        name = "token",
        description = {
            "Makes, lists and revokes tokens by which a program asks the console in your name: for $SADDLE_CONSOLE_TOKEN,"
                    + " or as 'Authorization: Bearer ...'. Only a console that asks for a login has any."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {TokenCommand.Create.class, TokenCommand.ListTokens.class, TokenCommand.Revoke.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./saddle token create ci --role operator --days 30 --project vision",
            "  ./saddle token list",
            "  ./saddle token revoke 1f0c2a9b7d3e"
        })
public final class TokenCommand {

    /** Makes one. */
    @Command(
            name = "create",
            description =
                    "Makes a token in the name of whoever asks and prints it on standard output. It is shown this once: the"
                            + " console keeps its hash alone.",
            footer = {
                "  ./saddle token create ci --role operator --days 30 --project vision",
                "  ./saddle token create grafana"
            })
    static final class Create extends ConsoleCommand {

        @Parameters(paramLabel = "NAME", description = "What it is for.")
        private String name;

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                defaultValue = "viewer",
                description = "viewer: looks; operator: changes, too (default: ${DEFAULT-VALUE}).")
        private String role;

        @Option(
                names = "--days",
                paramLabel = "N",
                defaultValue = "90",
                description = "Until it opens nothing more, 1 to 366 (default: ${DEFAULT-VALUE}).")
        private int days;

        @Option(
                names = "--project",
                paramLabel = "NAME",
                description = "It changes only what belongs to this project; may be given several times.")
        private List<String> projects = List.of();

        @Mixin
        private ChangeReason reason;

        @Override
        protected int ask(ConsoleClient console, PrintWriter out) {
            ObjectNode wanted = JsonNodeFactory.instance
                    .objectNode()
                    .put("name", name)
                    .put("role", role)
                    .put("days", days);
            projects.forEach(wanted.putArray("projects")::add);
            JsonNode made = new AccessClient(reason.with(console)).createToken(wanted);
            out.println(made.path("token").asText());
            err().println("token " + made.path("tokenId").asText() + ", "
                    + made.path("role").asText() + " in the name of "
                    + made.path("owner").asText() + ", until "
                    + made.path("expiresAt").asText()
                    + "; it is not shown again");
            return ExitCode.OK;
        }
    }

    /** Lists them. */
    @Command(
            name = "list",
            description = "Lists the tokens, the newest first; never their secrets.",
            footer = {"  ./saddle token list", "  ./saddle token list --json"})
    static final class ListTokens extends ConsoleCommand {

        @Option(names = "--json", description = "As the console answers.")
        private boolean asJson;

        @Override
        protected int ask(ConsoleClient console, PrintWriter out) {
            JsonNode tokens = new AccessClient(console).tokens();
            if (asJson) {
                out.println(tokens.toPrettyString());
                return ExitCode.OK;
            }
            if (tokens.isEmpty()) {
                out.println("no tokens");
            }
            for (JsonNode token : tokens) {
                String state = token.path("revoked").asBoolean()
                        ? "revoked"
                        : (token.path("good").asBoolean() ? "until " : "expired ")
                                + token.path("expiresAt").asText();
                StringBuilder only = new StringBuilder();
                token.path("projects").forEach(project -> only.append(' ').append(project.asText()));
                out.printf(
                        "%s  %-8s  %s, of %s, %s%s%n",
                        token.path("tokenId").asText(),
                        token.path("role").asText(),
                        token.path("name").asText(),
                        token.path("owner").asText(),
                        state,
                        only.isEmpty() ? "" : ", only for" + only);
            }
            return ExitCode.OK;
        }
    }

    /** Ends one. */
    @Command(
            name = "revoke",
            description = "Ends a token before its time: it opens nothing more.",
            footer = "  ./saddle token revoke 1f0c2a9b7d3e --reason 'it was in a log'")
    static final class Revoke extends ConsoleCommand {

        @Parameters(paramLabel = "ID", description = "The token, as 'token list' shows it.")
        private String id;

        @Mixin
        private ChangeReason reason;

        @Override
        protected int ask(ConsoleClient console, PrintWriter out) {
            new AccessClient(reason.with(console)).revokeToken(id);
            out.println(id + ": is revoked");
            return ExitCode.OK;
        }
    }
}
