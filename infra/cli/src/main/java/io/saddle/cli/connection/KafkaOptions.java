package io.saddle.cli.connection;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.kafka.KafkaSettings;
import io.saddle.serde.Serdes;
import io.saddle.stack.KafkaBroker;
import io.saddle.stack.LocalSettings;
import io.saddle.stack.Stack;
import io.saddle.stack.security.UserFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The Kafka and the registry that a command talks to: the local stack's unless said. */
public final class KafkaOptions {

    /** The time that Kafka is given to answer the first question. */
    public static final int PATIENCE_MILLIS = 6000;

    @Mixin
    private StackOptions stack;

    @Option(names = "--bootstrap", paramLabel = "HOST:PORT", description = "Another Kafka than the local stack's.")
    private String bootstrap;

    @Option(
            names = "--registry",
            paramLabel = "URL",
            description = "Another schema registry that speaks Confluent's API (with --bootstrap it must be named where"
                    + " records or schemas are read or written).")
    private String registry;

    @Option(
            names = "--kafka-property",
            paramLabel = "KEY=VALUE",
            description =
                    "A setting of the Kafka client, e.g. security.protocol=SSL; nothing secret, which goes into the file of"
                            + " --login: a command line is seen by others.")
    private final Map<String, String> kafkaProperties = new LinkedHashMap<>();

    @Option(
            names = "--registry-property",
            paramLabel = "KEY=VALUE",
            description = "A setting of the registry client, e.g. http.read.timeout.ms=5000; likewise.")
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

    /** The local stack whose Kafka it is unless another one is named. */
    public StackOptions stack() {
        return stack;
    }

    /** The options that name the same Kafka and registry to another command, as far as they were given. */
    public List<String> arguments() {
        List<String> words = new ArrayList<>();
        argument(words, "--bootstrap", bootstrap);
        argument(words, "--registry", registry);
        argument(words, "--login", login);
        kafkaProperties.forEach((key, value) -> argument(words, "--kafka-property", key + "=" + value));
        registryProperties.forEach((key, value) -> argument(words, "--registry-property", key + "=" + value));
        return words;
    }

    private static void argument(List<String> words, String name, Object value) {
        if (value != null) {
            words.add(name + "=" + value);
        }
    }

    private String bootstrap() {
        return bootstrap != null ? bootstrap : settings().bootstrapServers();
    }

    public String registry() {
        return registry != null
                ? Address.checked("--registry", registry)
                : settings().registryUrl();
    }

    /** True if another Kafka than the local stack's is named. */
    public boolean isElsewhere() {
        return bootstrap != null;
    }

    /** True if another registry than the local stack's is named. */
    public boolean isRegistryElsewhere() {
        return registry != null;
    }

    /** True if another Kafka than the local stack's is named, or the broker of the local stack runs. */
    public boolean isThere() {
        return bootstrap != null || Stack.isRunning(settings().home(), KafkaBroker.NAME);
    }

    /**
     * Refuses the local stack's registry for another Kafka: its ids are those of other schemas.
     *
     * @throws CommandException if no registry is named, and the Kafka that is named is not where the local stack's is
     */
    public void requireRegistry() {
        if (isElsewhere()
                && !isRegistryElsewhere()
                && !bootstrap.equals(settings().bootstrapServers())) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    "--registry: name the registry that belongs to the Kafka of --bootstrap, such as http://registry:8081");
        }
    }

    /** The addresses of both, and the login. */
    public KafkaSettings connection() {
        SecretSettings.refuse("--kafka-property", kafkaProperties, "saddle.kafka.");
        SecretSettings.refuse("--registry-property", registryProperties, "saddle.registry.client.");
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

    /**
     * Asks Kafka once, for a short clear error where it is not there.
     *
     * @return the names of its topics
     * @throws CommandException if it does not answer within 6 s
     */
    public Set<String> topics() {
        try (Admin admin = admin()) {
            return admin.listTopics().names().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            Unanswered unanswered = unanswered(e);
            throw new CommandException(ExitCode.UNREACHABLE, unanswered.what() + ": " + unanswered.remedy());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.FAILED, "interrupted");
        }
    }

    /** A client that gives up after 6 s; the caller closes it. */
    public Admin admin() {
        Properties client = connection().admin();
        client.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        client.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        return Admin.create(client);
    }

    /** Why Kafka did not answer, as far as can be told from here. */
    public Unanswered unanswered(Exception failure) {
        return Unanswered.of(bootstrap(), connection().client(), failure);
    }

    /** @throws CommandException see {@link #requireRegistry()} */
    public Serdes serdes() {
        requireRegistry();
        return connection().serdes();
    }
}
