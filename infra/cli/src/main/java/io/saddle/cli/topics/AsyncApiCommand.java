package io.saddle.cli.topics;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.asyncapi.AsyncApi;
import io.saddle.cli.connection.KafkaCommand;
import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.Version;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes the topics as an AsyncAPI document. */
@Command(
        name = "asyncapi",
        description =
                "Writes an AsyncAPI 3 document of the topics: their records' schemas, their settings, and which service"
                        + " writes and reads each (the operator, by whose name commands and workers ask, reads all). It needs neither"
                        + " Kafka nor the registry; their addresses are written down.",
        footer = "  ./saddle topics asyncapi --yaml > asyncapi.yaml")
final class AsyncApiCommand extends KafkaCommand {

    @Option(names = "--yaml", description = "YAML rather than JSON.")
    private boolean yaml;

    @Override
    protected int run(KafkaOptions kafka, PrintWriter out) {
        ObjectNode document =
                AsyncApi.document(Version.number(), kafka.connection().servers());
        out.println(yaml ? AsyncApi.yaml(document).strip() : document.toPrettyString());
        return ExitCode.OK;
    }
}
