package io.saddle.cli.topics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.stack.kubernetes.StrimziResources;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes topics and users as resources for the Strimzi operator. */
@Command(
        name = "kubernetes",
        description =
                "Writes every topic and dead-letter topic as a KafkaTopic, and every user with what it may do as a"
                        + " KafkaUser, for a Kafka that the Strimzi operator runs. It needs neither Kafka nor the registry.",
        footer = "  ./saddle topics kubernetes > k8s/overlays/prod/kafka-topics-and-users.yaml")
final class KubernetesTopicsCommand extends PrintingCommand {

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .build();

    @Option(names = "--cluster", paramLabel = "NAME", description = "Name of the Kafka resource (${DEFAULT-VALUE}).")
    private String cluster = "saddle";

    @Option(
            names = "--replicas",
            paramLabel = "N",
            description = "Replication factor of every topic (${DEFAULT-VALUE}).")
    private int replicas = 3;

    @Override
    protected int run(PrintWriter out) throws JsonProcessingException {
        out.println("# Written by './saddle topics kubernetes' from the topic list and the access rules.");
        for (Map<String, Object> resource : new StrimziResources(cluster, replicas).all()) {
            out.println(YAML.writeValueAsString(resource).strip());
        }
        return ExitCode.OK;
    }
}
