package io.saddle.cli.backup;

import io.saddle.cli.connection.Address;
import io.saddle.cli.connection.KafkaCommand;
import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.kafka.KafkaSettings;
import io.saddle.stack.Setting;
import java.io.PrintWriter;
import java.net.URI;
import picocli.CommandLine.Option;

/** A command about a backup of a cluster and of the artifact store beside it. */
abstract class ArchiveCommand extends KafkaCommand {

    private static final String EXAMPLE = "file:/absolute/folder or s3://bucket/prefix";

    @Option(
            names = "--artifacts",
            paramLabel = "URI",
            description = "Root of the artifact store (default: the local stack's; with --bootstrap it must be named).")
    private String artifacts;

    /** @throws InvalidFolderException if the folder that is named cannot be what it is named for */
    abstract void requireFolder();

    /** @throws InvalidFolderException if the store that is named cannot be what it is named for */
    abstract void requireStore(URI artifactsRoot);

    /** @param kafka that has answered */
    abstract void run(KafkaSettings kafka, URI artifactsRoot);

    /** @throws CommandException if Kafka does not answer */
    @Override
    protected final int run(KafkaOptions kafka, PrintWriter out) {
        try {
            requireFolder();
            URI root = artifactsRoot(kafka);
            kafka.requireRegistry();
            kafka.topics();
            run(kafka.connection(), root);
        } catch (InvalidFolderException e) {
            throw new CommandException(ExitCode.INVALID_INPUT, e.getMessage());
        }
        return ExitCode.OK;
    }

    /** The local stack's own is made with the first of its runs, and belongs to no other Kafka. */
    private URI artifactsRoot(KafkaOptions kafka) {
        boolean isSet = !kafka.settings().text(Setting.ARTIFACTS_ROOT).isEmpty();
        if (artifacts == null && !isSet) {
            if (kafka.isElsewhere()) {
                throw new CommandException(
                        ExitCode.INVALID_INPUT,
                        "--artifacts: name the artifact store that belongs to the Kafka of --bootstrap, such as "
                                + EXAMPLE);
            }
            return kafka.settings().artifactsRoot();
        }
        URI root =
                artifacts == null ? kafka.settings().artifactsRoot() : Address.uri("--artifacts", artifacts, EXAMPLE);
        requireStore(root);
        return root;
    }
}
