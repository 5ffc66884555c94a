package io.saddle.cli;

import io.saddle.local.LocalSettings;
import io.saddle.serde.Serdes;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which Kafka and which registry a command talks to: the local stack's unless said. */
final class KafkaOptions {

    @Mixin
    private StackOptions stack;

    @Option(names = "--bootstrap", paramLabel = "HOST:PORT", description = "Another Kafka than the local stack's.")
    private String bootstrap;

    @Option(
            names = "--registry",
            paramLabel = "URL",
            description = "Another schema registry that speaks Confluent's API.")
    private String registry;

    @Option(
            names = "--kafka-property",
            paramLabel = "KEY=VALUE",
            description = "A setting of the Kafka client, e.g. security.protocol=SSL.")
    private final Map<String, String> kafkaProperties = new LinkedHashMap<>();

    @Option(
            names = "--registry-property",
            paramLabel = "KEY=VALUE",
            description = "A setting of the registry client, e.g. basic.auth.user.info=...")
    private final Map<String, String> registryProperties = new LinkedHashMap<>();

    LocalSettings settings() {
        return stack.settings();
    }

    String bootstrap() {
        return bootstrap != null ? bootstrap : settings().bootstrapServers();
    }

    String registry() {
        return registry != null ? registry : settings().registryUrl();
    }

    Map<String, String> kafkaProperties() {
        return kafkaProperties;
    }

    Map<String, String> registryProperties() {
        return registryProperties;
    }

    /** Settings of a Kafka client. */
    Map<String, Object> client() {
        Map<String, Object> client = new HashMap<>(kafkaProperties);
        client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap());
        return client;
    }

    Serdes serdes() {
        return Serdes.connect(registry(), registryProperties);
    }
}
