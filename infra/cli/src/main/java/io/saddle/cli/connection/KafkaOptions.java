package io.saddle.cli.connection;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.kafka.KafkaSettings;
import io.saddle.serde.Serdes;
import io.saddle.stack.LocalSettings;
import io.saddle.stack.security.UserFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which Kafka and which registry a command talks to: the local stack's unless said. */
public final class KafkaOptions {

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

    @Option(
            names = "--login",
            paramLabel = "FILE",
            description = "A user's file of a secured Kafka and registry, such as security/users/viewer.properties"
                    + " (default: of a local stack that is secured, its operator's).")
    private Path login;

    public LocalSettings settings() {
        return stack.settings();
    }

    String bootstrap() {
        return bootstrap != null ? bootstrap : settings().bootstrapServers();
    }

    public String registry() {
        return registry != null ? registry : settings().registryUrl();
    }

    /** Where both are, and how one logs in. */
    public KafkaSettings connection() {
        KafkaSettings user = user();
        return new KafkaSettings(
                bootstrap(),
                registry(),
                joined(user.client(), kafkaProperties),
                joined(user.registry(), registryProperties));
    }

    private KafkaSettings user() {
        if (login != null) {
            try {
                return UserFile.read(login).settings(bootstrap(), registry());
            } catch (UncheckedIOException | IllegalArgumentException e) {
                throw new CommandException(ExitCode.USAGE, "--login: " + e.getMessage());
            }
        }
        return bootstrap == null ? settings().kafka() : new KafkaSettings(bootstrap(), registry());
    }

    private static Map<String, String> joined(Map<String, String> first, Map<String, String> second) {
        Map<String, String> joined = new HashMap<>(first);
        joined.putAll(second);
        return joined;
    }

    public Serdes serdes() {
        return connection().serdes();
    }
}
