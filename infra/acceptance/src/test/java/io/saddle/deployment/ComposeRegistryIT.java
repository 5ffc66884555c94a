package io.saddle.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.saddle.serde.Serdes;
import io.saddle.serde.TokenFile;
import io.saddle.stack.Distribution;
import io.saddle.stack.Ports;
import io.saddle.stack.security.SecurityFolder;
import io.saddle.tool.RegistryImage;
import io.saddle.topic.AccessRules;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The registry of docker-compose.yml without its image: the same program, its container's environment and files. */
class ComposeRegistryIT {

    private static final Path PLAIN = Distribution.locate().root().resolve("infra/compose/plain");

    @TempDir
    Path folder;

    private final Iterator<Integer> ports = Ports.free(3).iterator();
    private final int http = ports.next();
    private final int https = ports.next();
    private final int management = ports.next();
    private RegistryImage registry;

    @BeforeAll
    static void needComposeAndTheRegistry() {
        assumeTrue(Compose.missing().isEmpty(), Compose.missing().orElse(""));
        assumeTrue(RegistryImage.missing().isEmpty(), RegistryImage.missing().orElse(""));
    }

    @AfterEach
    void end() {
        if (registry != null) {
            registry.close();
        }
    }

    /** @param secrets what the container has as /run/secrets */
    private void start(Path secrets, SchemaRegistryClient client) throws Exception {
        Map<String, String> environment =
                Compose.environment(Compose.config().path("services").path("registry"));
        environment.replaceAll((name, value) -> value.replace("/run/secrets", secrets.toString())
                .replace("/registry/registry", folder.resolve("data/registry").toString())
                .replace("8443", Integer.toString(https)));
        environment.put("QUARKUS_HTTP_PORT", Integer.toString(http));
        environment.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(management));
        registry = RegistryImage.start(environment, folder.resolve("registry.log"), client);
    }

    private static Map<String, Integer> register(SchemaRegistryClient registry) throws Exception {
        Map<String, Integer> ids = new TreeMap<>();
        for (Topic<?> topic : Topics.all()) {
            ids.put(topic.subject(), registry.register(topic.subject(), new AvroSchema(topic.schema())));
            registry.updateCompatibility(topic.subject(), "FULL_TRANSITIVE");
        }
        return ids;
    }

    @Test
    void idsThatWereGivenOutStayThroughAKillAndWhatIsIncompatibleIsRefused() throws Exception {
        String url = "http://127.0.0.1:" + http + "/apis/ccompat/v7";
        SchemaRegistryClient client = Serdes.connect(url, Map.of()).registry();
        start(PLAIN, client);
        Map<String, Integer> ids = register(client);
        assertEquals(Topics.all().size(), ids.size());
        assertRefused(409, () -> client.register(Topics.RUNS.subject(), new AvroSchema("\"string\"")));

        end();
        SchemaRegistryClient fresh = Serdes.connect(url, Map.of()).registry();
        start(PLAIN, fresh);
        assertEquals(ids, register(fresh));
        for (Topic<?> topic : Topics.all()) {
            assertEquals(
                    new AvroSchema(topic.schema()).canonicalString(),
                    fresh.getSchemaById(ids.get(topic.subject())).canonicalString());
        }
    }

    @Test
    void securedItKnowsClientsByTheirTokensUntilTheKeyIsAnother() throws Exception {
        Path secrets = folder.resolve("secrets");
        SecurityFolder security = SecurityFolder.at(secrets).seenAs(Path.of("/run/secrets"));
        security.make(List.of("registry", "127.0.0.1"));
        SchemaRegistryClient console = client(security, secrets, "console");
        start(asMounted(security, secrets), console);
        SchemaRegistryClient admin = client(security, secrets, AccessRules.ADMIN);
        register(admin);
        assertEquals(Topics.all().size(), console.getAllSubjects().size());
        assertRefused(403, () -> console.register("another-value", new AvroSchema("\"string\"")));
        assertRefused(401, () -> withoutToken(security, secrets).getAllSubjects());
        String stolen = Files.readString(secrets.resolve("tokens/console/token"));
        Path thiefs = Files.writeString(folder.resolve("stolen"), stolen);
        SchemaRegistryClient thief = client(security, secrets, thiefs);
        assertEquals(console.getAllSubjects(), thief.getAllSubjects());

        security.replaceTokenKey();
        end();
        start(asMounted(security, secrets), console);

        assertRefused(401, thief::getAllSubjects);
    }

    /** A folder that looks as the container's, its files naming the places of this machine. */
    private Path asMounted(SecurityFolder security, Path secrets) throws Exception {
        Path mounted = Files.createDirectories(folder.resolve("mounted"));
        Files.writeString(
                mounted.resolve("registry.properties"),
                Files.readString(security.registryFile()).replace("/run/secrets", secrets.toString()));
        return mounted;
    }

    private Map<String, String> settings(SecurityFolder security, Path secrets) {
        Map<String, String> settings = new HashMap<>(
                security.login("console", "kafka:9092", "https://127.0.0.1").registry());
        settings.replaceAll((name, value) -> value.replace("/run/secrets", secrets.toString()));
        return settings;
    }

    private SchemaRegistryClient client(SecurityFolder security, Path secrets, String user) {
        return client(security, secrets, secrets.resolve("tokens").resolve(user).resolve("token"));
    }

    private SchemaRegistryClient client(SecurityFolder security, Path secrets, Path token) {
        Map<String, String> settings = settings(security, secrets);
        settings.put(TokenFile.FILE, token.toString());
        return connect(settings);
    }

    private SchemaRegistryClient withoutToken(SecurityFolder security, Path secrets) {
        Map<String, String> settings = settings(security, secrets);
        settings.remove("bearer.auth.credentials.source");
        return connect(settings);
    }

    private SchemaRegistryClient connect(Map<String, String> settings) {
        return Serdes.connect("https://127.0.0.1:" + https + "/apis/ccompat/v7", settings)
                .registry();
    }

    private static void assertRefused(int status, Executable request) {
        assertEquals(status, assertThrows(RestClientException.class, request).getStatus());
    }
}
