package io.saddle.cli.stack;

import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.stack.security.SecurityFolder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes certificates and users for a cluster that is not the local stack. */
@Command(
        name = "security",
        description = {
            "Makes a certificate authority, a certificate for broker and registry, and a password and a token for each service"
                    + " and for operator, viewer and admin. What is there already is kept. The local stack makes its own:"
                    + " './saddle up --secured'."
        },
        footer = "  ./saddle security secrets --host kafka --host registry --seen-as /run/secrets")
public final class SecurityCommand extends PrintingCommand {

    @Parameters(paramLabel = "FOLDER", description = "Where; made if it is not there, readable by its owner only.")
    private Path folder;

    @Option(
            names = "--host",
            required = true,
            paramLabel = "NAME",
            description = "A name or address that broker or registry are reached by.")
    private List<String> hosts;

    @Option(
            names = "--seen-as",
            paramLabel = "PATH",
            description = "Where the processes will find the folder's files (default: where it is).")
    private Path seenAs;

    @Override
    protected int run(PrintWriter out) {
        SecurityFolder security = SecurityFolder.at(folder);
        (seenAs == null ? security : security.seenAs(seenAs)).make(hosts);
        out.println("users in " + folder.resolve("users") + ": " + String.join(", ", SecurityFolder.users()));
        return ExitCode.OK;
    }
}
