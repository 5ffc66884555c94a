package io.saddle.stack;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.saddle.kafka.KafkaSettings;
import io.saddle.stack.security.SecurityFolder;
import io.saddle.topic.AccessRules;
import io.saddle.topic.Topics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
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
    private final Optional<AccessSetup> access;
    private final Consumer<String> progress;

    private LocalSetup(
            Admin admin, SchemaRegistryClient registry, Path users, short replication, Consumer<String> progress) {
        this.admin = admin;
        this.topics = new TopicSetup(admin, replication);
        this.schemas = new SchemaSetup(registry);
        this.access = Optional.ofNullable(users).map(folder -> new AccessSetup(admin, folder));
        this.progress = progress;
    }

    /**
     * @param kafka where Kafka and the registry are, and how one logs in
     * @param users folder of the files of users that are set up as well, with their rules; null: none
     * @param replication replication factor of topics that are created
     */
    public static LocalSetup connect(KafkaSettings kafka, Path users, short replication, Consumer<String> progress) {
        Properties client = kafka.admin();
        client.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 20_000);
        client.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        return new LocalSetup(Admin.create(client), kafka.serdes().registry(), users, replication, progress);
    }

    static LocalSetup of(LocalSettings settings, Consumer<String> progress) {
        return connect(
                settings.kafka(AccessRules.ADMIN),
                settings.security().map(SecurityFolder::userFiles).orElse(null),
                (short) settings.number(Setting.REPLICATION),
                progress);
    }

    /** @throws StackException naming each topic and subject that is not as it should be, after all others are set up */
    public void run() {
        List<String> problems = new ArrayList<>();
        int created = topics.run(Topics.all(), problems);
        progress.accept("topics: " + created + " created, " + (2 * Topics.all().size()) + " in all");
        access.ifPresent(users -> progress.accept("access: " + users.run()));
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
