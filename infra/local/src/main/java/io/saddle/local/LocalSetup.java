package io.saddle.local;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * Creates every topic with its dead-letter topic and registers every schema, on any Kafka and any registry that speaks
 * Confluent's API. What is there already is left as it is, so that it can be run again at any time.
 */
public final class LocalSetup implements AutoCloseable {

    private final Admin admin;
    private final TopicSetup topics;
    private final SchemaSetup schemas;
    private final Consumer<String> progress;

    private LocalSetup(Admin admin, SchemaRegistryClient registry, short replication, Consumer<String> progress) {
        this.admin = admin;
        this.topics = new TopicSetup(admin, replication);
        this.schemas = new SchemaSetup(registry);
        this.progress = progress;
    }

    /**
     * @param bootstrapServers Kafka's address
     * @param kafkaSettings the admin client's own settings (security, ...), passed through
     * @param registryUrl base URL of the registry
     * @param registrySettings the registry client's own settings, passed through
     * @param replication replication factor of topics that are created
     */
    public static LocalSetup connect(
            String bootstrapServers,
            Map<String, String> kafkaSettings,
            String registryUrl,
            Map<String, String> registrySettings,
            short replication,
            Consumer<String> progress) {
        Map<String, Object> client = new HashMap<>();
        client.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 20_000);
        client.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        client.putAll(kafkaSettings);
        client.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        SchemaRegistryClient registry =
                Serdes.connect(registryUrl, registrySettings).registry();
        return new LocalSetup(Admin.create(client), registry, replication, progress);
    }

    static LocalSetup of(LocalSettings settings, Consumer<String> progress) {
        return connect(
                settings.bootstrapServers(),
                Map.of(),
                settings.registryUrl(),
                Map.of(),
                (short) settings.number(Setting.REPLICATION),
                progress);
    }

    /** @throws StackException naming each topic and subject that is not as it should be, after all others are set up */
    public void run() {
        List<String> problems = new ArrayList<>();
        int created = topics.run(Topics.all(), problems);
        progress.accept("topics: " + created + " created, " + (2 * Topics.all().size()) + " in all");
        schemas.run(Topics.all(), problems);
        progress.accept("schemas: " + Topics.all().size() + " registered, FULL_TRANSITIVE");
        if (!problems.isEmpty()) {
            throw new StackException(String.join(System.lineSeparator(), problems));
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
