package io.saddle.cli.backup;

import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.connection.KafkaReachability;
import io.saddle.cli.terminal.CommandException;
import io.saddle.stack.LocalSettings;
import java.io.PrintWriter;
import java.net.URI;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which cluster, and which artifact store beside it, a backup is made of or put into. */
final class ArchiveOptions {

    @Option(
            names = "--artifacts",
            paramLabel = "URI",
            description = "Root of the artifact store (default: the local stack's).")
    private URI artifacts;

    @Mixin
    private KafkaOptions kafka;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** @throws CommandException if it does not answer */
    KafkaOptions reachable() {
        KafkaReachability.require(kafka);
        return kafka;
    }

    URI artifactsRoot() {
        LocalSettings settings = kafka.settings();
        return artifacts != null ? artifacts : settings.artifactsRoot();
    }

    /** Says what is done, line by line. */
    Consumer<String> progress() {
        PrintWriter out = command.commandLine().getOut();
        return line -> {
            out.println(line);
            out.flush();
        };
    }
}
