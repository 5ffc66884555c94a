package io.saddle.kubernetes;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.saddle.serde.Serdes;
import io.saddle.serde.TokenFile;
import io.saddle.stack.Ports;
import io.saddle.stack.security.SecurityFolder;
import io.saddle.stack.testing.TestCluster;
import io.saddle.tool.RegistryImage;
import io.saddle.topic.AccessRules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * The registry of overlay prod over a real Kafka that asks for names: its container's environment, its topics and rules as the
 * KafkaTopics and the KafkaUser say them, and the clients' settings as the services get them. The cluster's API, which is asked
 * whose a token is, is played here.
 */
class RegistryIT {

    private static final String PASSWORD = "of-the-registry-in-kafka";
    private static final String ACCOUNT = "system:serviceaccount:";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AvroSchema SCHEMA = new AvroSchema("\"string\"");

    @TempDir
    Path folder;

    private final Manifests prod = Manifests.of("prod");
    private final Iterator<Integer> ports = Ports.free(3).iterator();
    private final int https = ports.next();
    private TestCluster cluster;
    private HttpServer api;
    private Process registry;

    @BeforeEach
    void startKafkaAndTheApi() throws Exception {
        assumeTrue(Kustomize.missing().isEmpty(), () -> Kustomize.missing().orElseThrow());
        assumeTrue(
                RegistryImage.missing().isEmpty(), () -> RegistryImage.missing().orElseThrow());
        cluster = TestCluster.startSecured();
        try (Admin admin =
                Admin.create(cluster.settings().kafka(AccessRules.ADMIN).admin())) {
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                            "registry", new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), PASSWORD)))
                    .all()
                    .get();
            admin.createAcls(rules()).all().get();
            admin.createTopics(topics()).all().get();
        }
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/apis/authentication.k8s.io/v1/tokenreviews", this::review);
        api.start();
    }

    @AfterEach
    void end() throws Exception {
        endRegistry();
        if (api != null) {
            api.stop(0);
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    private void endRegistry() throws InterruptedException {
        if (registry != null) {
            registry.destroy();
            registry.waitFor(30, TimeUnit.SECONDS);
            registry.destroyForcibly();
        }
    }

    private List<AclBinding> rules() {
        List<AclBinding> rules = new ArrayList<>();
        JsonNode user = prod.find("KafkaUser", "registry").orElseThrow();
        for (JsonNode rule : user.at("/spec/authorization/acls")) {
            ResourcePattern resource = new ResourcePattern(
                    ResourceType.fromString(rule.at("/resource/type").asText()),
                    rule.at("/resource/name").asText(),
                    rule.at("/resource/patternType").asText().equals("prefix")
                            ? PatternType.PREFIXED
                            : PatternType.LITERAL);
            for (JsonNode operation : rule.get("operations")) {
                String name = operation.asText().replaceAll("(?<=[a-z])(?=[A-Z])", "_");
                rules.add(new AclBinding(
                        resource,
                        new AccessControlEntry(
                                "User:registry",
                                "*",
                                AclOperation.fromString(name.toUpperCase(Locale.ROOT)),
                                AclPermissionType.ALLOW)));
            }
        }
        return rules;
    }

    /** Those that are not in the topic list: the registry's own. */
    private List<NewTopic> topics() {
        return prod.ofKind("KafkaTopic").stream()
                .filter(topic -> !Manifests.name(topic).startsWith("saddle."))
                .map(topic -> new NewTopic(
                                Manifests.name(topic),
                                topic.at("/spec/partitions").asInt(),
                                (short) 1)
                        .configs(Manifests.strings(topic.at("/spec/config"))))
                .toList();
    }

    /** A token is the name of the account whose it is; one that was made for somebody else is nobody's. */
    private void review(HttpExchange exchange) throws IOException {
        JsonNode spec = JSON.readTree(exchange.getRequestBody()).get("spec");
        String token = spec.get("token").asText();
        boolean known =
                token.startsWith(ACCOUNT) && spec.path("audiences").toString().equals("[\"saddle-registry\"]");
        Map<String, Object> status = known
                ? Map.of(
                        "authenticated",
                        true,
                        "audiences",
                        List.of("saddle-registry"),
                        "user",
                        Map.of(
                                "username",
                                token,
                                "groups",
                                List.of(
                                        "system:serviceaccounts",
                                        "system:serviceaccounts:" + token.split(":")[2],
                                        "system:authenticated")))
                : Map.of("authenticated", false);
        byte[] answer = JSON.writeValueAsBytes(
                Map.of("apiVersion", "authentication.k8s.io/v1", "kind", "TokenReview", "status", status));
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(201, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    /** Its container's, with this machine's places. */
    private Map<String, String> environment() {
        SecurityFolder security = cluster.settings().security().orElseThrow();
        Path secrets = security.brokerFile().getParent();
        Map<String, String> environment = prod.environment(prod.workload("registry"));
        environment.put("APICURIO_KAFKASQL_BOOTSTRAP_SERVERS", cluster.bootstrapServers());
        environment.put(
                "APICURIO_KAFKA_COMMON_SASL_JAAS_CONFIG",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"registry\" password=\""
                        + PASSWORD + "\";");
        environment.put(
                "APICURIO_KAFKA_COMMON_SSL_TRUSTSTORE_LOCATION",
                secrets.resolve("ca.pem").toString());
        for (String pem : List.of("QUARKUS_HTTP_SSL_CERTIFICATE_FILES", "QUARKUS_HTTP_SSL_CERTIFICATE_KEY_FILES")) {
            assertTrue(environment.containsKey(pem), pem);
            environment.put(pem, secrets.resolve("server.pem").toString());
        }
        environment.put("QUARKUS_HTTP_SSL_PORT", Integer.toString(https));
        environment.put("QUARKUS_HTTP_PORT", ports.hasNext() ? Integer.toString(ports.next()) : "0");
        environment.put("QUARKUS_MANAGEMENT_PORT", ports.hasNext() ? Integer.toString(ports.next()) : "0");
        environment.put("HOME", folder.toString());
        environment.put(
                "KUBERNETES_MASTER", "http://127.0.0.1:" + api.getAddress().getPort());
        return environment;
    }

    private void startRegistry() throws Exception {
        Path log = folder.resolve("registry.log");
        registry = RegistryImage.start(environment(), log);
        SchemaRegistryClient console = client(ACCOUNT + "saddle:console");
        await("the registry")
                .atMost(Duration.ofMinutes(2))
                .ignoreExceptionsInstanceOf(Exception.class)
                .until(() -> {
                    if (!registry.isAlive()) {
                        throw new AssertionError("it has ended: " + Files.readString(log));
                    }
                    return console.getAllSubjects() != null;
                });
    }

    /** As a service's, whose token it is. */
    private SchemaRegistryClient client(String token) throws IOException {
        Path file = Files.writeString(folder.resolve("token-" + token.hashCode()), token);
        Map<String, String> settings = new HashMap<>();
        String prefix = "SADDLE_REGISTRY_CLIENT_";
        prod.environment(prod.workload("console")).forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                settings.put(
                        name.substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', '.'), value);
            }
        });
        settings.put(TokenFile.FILE, file.toString());
        settings.put(
                "schema.registry.ssl.truststore.location",
                cluster.home().security().resolve("ca.pem").toString());
        return Serdes.connect("https://127.0.0.1:" + https + "/apis/ccompat/v7", settings)
                .registry();
    }

    @Test
    void podsReadTheSetUpRegistersAndNobodyElseIsLetIn() throws Exception {
        startRegistry();
        SchemaRegistryClient setup = client(ACCOUNT + "saddle:setup");
        setup.updateCompatibility(null, "FULL_TRANSITIVE");
        int id = setup.register("a-value", SCHEMA);
        SchemaRegistryClient console = client(ACCOUNT + "saddle:console");
        assertEquals(SCHEMA.canonicalString(), console.getSchemaById(id).canonicalString());
        assertEquals(List.of("a-value"), List.copyOf(console.getAllSubjects()));
        assertRefused(403, () -> console.register("b-value", SCHEMA));
        assertRefused(403, () -> console.updateCompatibility(null, "NONE"));
        assertRefused(403, () -> client(ACCOUNT + "other:setup").getAllSubjects());
        assertRefused(401, () -> client("nobody").getAllSubjects());

        endRegistry();
        startRegistry();
        SchemaRegistryClient fresh = client(ACCOUNT + "saddle:console");
        assertEquals(SCHEMA.canonicalString(), fresh.getSchemaById(id).canonicalString(), "it is in Kafka");
        assertEquals("FULL_TRANSITIVE", fresh.getCompatibility(null));
    }

    private static void assertRefused(int status, Executable request) {
        assertEquals(status, assertThrows(RestClientException.class, request).getStatus());
    }
}
