package io.saddle.cli.connection;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.serde.AvroDeserializer.RegistryUnavailableException;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.Set;
import picocli.CommandLine.Mixin;

/** A command about Kafka's topics. */
public abstract class KafkaCommand extends PrintingCommand {

    @Mixin
    private KafkaOptions kafka;

    /**
     * Does the work on this Kafka, which has not been asked anything yet.
     *
     * @return the exit code
     * @throws RegistryUnavailableException becomes an error that names the registry
     */
    protected abstract int run(KafkaOptions kafka, PrintWriter out) throws Exception;

    @Override
    protected final int run(PrintWriter out) throws Exception {
        try {
            return run(kafka, out);
        } catch (RegistryUnavailableException e) {
            throw new CommandException(
                    ExitCode.UNREACHABLE,
                    e.getMessage() + " (at " + kafka.connection().servers().registryAddresses()
                            + "): './saddle up' starts it");
        }
    }

    /** @throws CommandException if Kafka does not answer or one of these topics is not there */
    protected final void requireTopics(Collection<String> names) {
        Set<String> present = kafka.topics();
        for (String name : names) {
            if (!present.contains(name)) {
                throw new CommandException(
                        ExitCode.FAILED, "topic " + name + " does not exist on this Kafka: run './saddle setup'");
            }
        }
    }
}
