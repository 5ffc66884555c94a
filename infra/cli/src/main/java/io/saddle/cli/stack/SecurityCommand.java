package io.saddle.cli.stack;

import io.saddle.cli.terminal.ExitCode;
import io.saddle.stack.security.SecurityFolder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes certificates and users for a cluster that is not the local stack. */
@Command(
        name = "security",
        description = {
            "Makes a certificate authority, a certificate for broker and registry, and a password and a token for each service"
                    + " and for operator, viewer and admin. What is there already is kept. The local stack makes its own:"
                    + " './saddle up --secured'."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  ./saddle security secrets --host kafka --host registry --seen-as /run/secrets")
public final class SecurityCommand implements Callable<Integer> {

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

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        SecurityFolder security = SecurityFolder.at(folder);
        (seenAs == null ? security : security.seenAs(seenAs)).make(hosts);
        PrintWriter out = command.commandLine().getOut();
        out.println("users in " + folder.resolve("users") + ": " + String.join(", ", SecurityFolder.users()));
        return ExitCode.OK;
    }
}
