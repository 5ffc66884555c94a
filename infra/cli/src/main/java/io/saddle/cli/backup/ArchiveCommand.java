package io.saddle.cli.backup;

import io.saddle.cli.connection.Address;
import io.saddle.cli.connection.KafkaCommand;
import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.kafka.KafkaSettings;
import java.io.PrintWriter;
import java.net.URI;
import picocli.CommandLine.Option;

/** A command about a backup of a cluster and of the artifact store beside it. */
abstract class ArchiveCommand extends KafkaCommand {

    @Option(
            names = "--artifacts",
            paramLabel = "URI",
            description = "Root of the artifact store (default: the local stack's).")
    private String artifacts;

    /** @throws InvalidFolderException if the folder that is named cannot be what it is named for */
    abstract void requireFolder();

    /** @param kafka that has answered */
    abstract void run(KafkaSettings kafka, URI artifactsRoot);

    /** @throws CommandException if Kafka does not answer */
    @Override
    protected final int run(KafkaOptions kafka, PrintWriter out) {
        URI root = artifacts == null
                ? kafka.settings().artifactsRoot()
                : Address.uri("--artifacts", artifacts, "file:/absolute/folder or s3://bucket/prefix");
        try {
            requireFolder();
            kafka.topics();
            run(kafka.connection(), root);
        } catch (InvalidFolderException e) {
            throw new CommandException(ExitCode.INVALID_INPUT, e.getMessage());
        }
        return ExitCode.OK;
    }
}
