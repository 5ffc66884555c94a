package io.saddle.cli.stack;

import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.stack.security.SecurityFolder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes certificates and users for a cluster that is not the local stack. */
@Command(
        name = "security",
        description = {
            "Makes a certificate authority, a certificate for broker and registry, and a password and a token for each service"
                    + " and for operator, viewer and admin. What is there already is kept; tokens, which live for two days, are made"
                    + " anew when they are six hours old. The local stack makes its own, and renews them: './saddle up --secured'."
        },
        footer = {
            "  ./saddle security secrets --host kafka --host registry --seen-as /run/secrets",
            "  ./saddle security secrets --new-token-key"
        })
public final class SecurityCommand extends PrintingCommand {

    @Parameters(paramLabel = "FOLDER", description = "Where; made if it is not there, readable by its owner only.")
    private Path folder;

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description =
                    "A name or address that broker or registry are reached by; heeded when their certificate is made.")
    private List<String> hosts = List.of();

    @Option(
            names = "--seen-as",
            paramLabel = "PATH",
            description =
                    "Where the processes will find the folder's files (default: as it was made, at first where it is).")
    private Path seenAs;

    @ArgGroup
    private Tokens tokens = new Tokens();

    /** What may be asked for in the place of everything. */
    private static final class Tokens {

        @Option(
                names = "--tokens-only",
                description =
                        "Touches nothing but the tokens that are to be made anew, for whoever does it every hour.")
        private boolean only;

        @Option(
                names = "--new-token-key",
                description = "Ends every token that was given out: another key signs those that are made now. The"
                        + " registry takes these, and no others, once it is started again.")
        private boolean newKey;
    }

    @Override
    protected int run(PrintWriter out) {
        SecurityFolder local = SecurityFolder.at(folder);
        SecurityFolder security = seenAs == null ? local.asMade() : local.seenAs(seenAs);
        if (tokens.only) {
            security.renewTokens();
        } else if (tokens.newKey) {
            security.replaceTokenKey();
            out.println("All tokens are new. The registry takes those before until it is started again.");
        } else {
            make(security, out);
        }
        return ExitCode.OK;
    }

    private void make(SecurityFolder security, PrintWriter out) {
        if (hosts.isEmpty() && !security.exists()) {
            throw wrongUsage("--host: the certificate of broker and registry needs at least one name");
        }
        security.make(hosts);
        out.println("users in " + folder.resolve("users") + ": " + String.join(", ", SecurityFolder.users()));
    }
}
