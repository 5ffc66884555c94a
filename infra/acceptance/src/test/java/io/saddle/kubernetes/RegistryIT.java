package io.saddle.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.saddle.serde.Serdes;
import io.saddle.serde.TokenFile;
import io.saddle.stack.Ports;
import io.saddle.stack.testing.TestCluster;
import io.saddle.tool.RegistryImage;
import io.saddle.topic.AccessRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * The registry of the overlays over a real Kafka. In prod that asks for names: the container's environment, topics and rules as the
 * KafkaTopics and the KafkaUser say them, and clients' settings as the services get them; {@link TokenReviews} is the cluster's
 * API.
 */
class RegistryIT {

    private static final String PASSWORD = "of-the-registry-in-kafka";
    private static final AvroSchema SCHEMA = new AvroSchema("\"string\"");

    @TempDir
    Path folder;

    private final Manifests prod = Manifests.of("prod");
    private final Iterator<Integer> ports = Ports.free(3).iterator();
    private final int http = ports.next();
    private final int https = ports.next();
    private final int management = ports.next();
    private RegistryImage registry;

    @BeforeAll
    static void needsKustomizeAndTheRegistry() {
        assumeTrue(Kustomize.missing().isEmpty(), () -> Kustomize.missing().orElseThrow());
        assumeTrue(
                RegistryImage.missing().isEmpty(), () -> RegistryImage.missing().orElseThrow());
    }

    @AfterEach
    void end() {
        if (registry != null) {
            registry.close();
        }
    }

    private void setUp(TestCluster cluster) throws Exception {
        try (Admin admin =
                Admin.create(cluster.settings().kafka(AccessRules.ADMIN).admin())) {
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                            "registry", new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), PASSWORD)))
                    .all()
                    .get();
            admin.createAcls(rules()).all().get();
            admin.createTopics(topics()).all().get();
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

    /** Its container's, with this machine's places. */
    private Map<String, String> environment(Manifests overlay, TestCluster cluster) {
        Map<String, String> environment = overlay.environment(overlay.workload("registry"));
        environment.put("APICURIO_KAFKASQL_BOOTSTRAP_SERVERS", cluster.bootstrapServers());
        environment.put("QUARKUS_HTTP_PORT", Integer.toString(http));
        environment.put("QUARKUS_HTTP_SSL_PORT", Integer.toString(https));
        environment.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(management));
        environment.put("HOME", folder.toString());
        return environment;
    }

    private Map<String, String> securedEnvironment(TestCluster cluster, TokenReviews api) {
        Path secrets = cluster.home().security();
        Map<String, String> environment = environment(prod, cluster);
        Map<String, String> ofThisMachine = Map.of(
                "APICURIO_KAFKA_COMMON_SASL_JAAS_CONFIG",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"registry\" password=\""
                        + PASSWORD + "\";",
                "APICURIO_KAFKA_COMMON_SSL_TRUSTSTORE_LOCATION",
                secrets.resolve("ca.pem").toString(),
                "QUARKUS_HTTP_SSL_CERTIFICATE_FILES",
                secrets.resolve("server.pem").toString(),
                "QUARKUS_HTTP_SSL_CERTIFICATE_KEY_FILES",
                secrets.resolve("server.pem").toString());
        assertTrue(environment.keySet().containsAll(ofThisMachine.keySet()), environment.toString());
        environment.putAll(ofThisMachine);
        environment.put("KUBERNETES_MASTER", api.url());
        return environment;
    }

    private void start(Map<String, String> environment, SchemaRegistryClient client) throws Exception {
        registry = RegistryImage.start(environment, folder.resolve("registry.log"), client);
    }

    /** As the services' are, with a token. */
    private SchemaRegistryClient client(TestCluster cluster, String token) throws IOException {
        String prefix = "SADDLE_REGISTRY_CLIENT_";
        Map<String, String> settings = new HashMap<>();
        prod.environment(prod.workload("console")).forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                settings.put(
                        name.substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', '.'), value);
            }
        });
        Path file = Files.writeString(folder.resolve(token.replace(':', '-')), token);
        assertNotNull(settings.put(TokenFile.FILE, file.toString()));
        assertNotNull(settings.put(
                "schema.registry.ssl.truststore.location",
                cluster.home().security().resolve("ca.pem").toString()));
        return Serdes.connect("https://127.0.0.1:" + https + "/apis/ccompat/v7", settings)
                .registry();
    }

    @Test
    void inProdPodsReadTheSetUpRegistersAndNobodyElseIsLetIn() throws Exception {
        String audience = prod.environment(prod.workload("registry")).get("APICURIO_AUTHN_KUBERNETES_API_AUDIENCES");
        try (TestCluster cluster = TestCluster.startSecured();
                TokenReviews api = new TokenReviews(audience)) {
            setUp(cluster);
            SchemaRegistryClient console = client(cluster, TokenReviews.token("saddle", "console"));
            start(securedEnvironment(cluster, api), console);
            SchemaRegistryClient setup = client(cluster, TokenReviews.token("saddle", "setup"));
            setup.updateCompatibility(null, "FULL_TRANSITIVE");
            int id = setup.register("a-value", SCHEMA);
            assertEquals(SCHEMA.canonicalString(), console.getSchemaById(id).canonicalString());
            assertEquals(List.of("a-value"), List.copyOf(console.getAllSubjects()));
            assertRefused(403, () -> console.register("b-value", SCHEMA));
            assertRefused(403, () -> console.updateCompatibility(null, "NONE"));
            assertRefused(
                    403,
                    () -> client(cluster, TokenReviews.token("other", "setup")).getAllSubjects());
            assertRefused(401, () -> client(cluster, "nobody").getAllSubjects());

            end();
            SchemaRegistryClient fresh = client(cluster, TokenReviews.token("saddle", "fid-evaluator"));
            start(securedEnvironment(cluster, api), fresh);
            assertEquals(SCHEMA.canonicalString(), fresh.getSchemaById(id).canonicalString(), "it is in Kafka");
            assertEquals("FULL_TRANSITIVE", fresh.getCompatibility(null));
            end();
        }
    }

    @Test
    void inDevItMakesItsTopicsItself() throws Exception {
        try (TestCluster cluster = TestCluster.start()) {
            SchemaRegistryClient client = Serdes.connect("http://127.0.0.1:" + http + "/apis/ccompat/v7", Map.of())
                    .registry();
            start(environment(Manifests.of("dev"), cluster), client);
            int id = client.register("a-value", SCHEMA);
            assertEquals(SCHEMA.canonicalString(), client.getSchemaById(id).canonicalString());
            end();
        }
    }

    private static void assertRefused(int status, Executable request) {
        assertEquals(status, assertThrows(RestClientException.class, request).getStatus());
    }
}
