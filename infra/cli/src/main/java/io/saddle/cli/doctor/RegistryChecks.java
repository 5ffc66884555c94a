package io.saddle.cli.doctor;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.saddle.cli.connection.Causes;
import io.saddle.kafka.KafkaSettings;
import io.saddle.serde.RegisteredSchemas;
import io.saddle.serde.Serdes;
import io.saddle.stack.SchemaSetup;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The schema registry: whether it answers, holds schemas to their compatibility, and has those of this release. */
final class RegistryChecks {

    static final String REGISTRY = "registry";
    static final String SCHEMAS = "schemas";

    private static final String ANSWER_MILLIS = "5000";
    private static final int NOT_FOUND = 404;
    private static final Set<Integer> REFUSED = Set.of(401, 403);

    private final String url;
    private final SchemaRegistryClient client;

    private RegistryChecks(String url, SchemaRegistryClient client) {
        this.url = url;
        this.client = client;
    }

    static RegistryChecks at(KafkaSettings settings) {
        Map<String, String> properties = new HashMap<>(settings.registry());
        properties.putIfAbsent("http.connect.timeout.ms", ANSWER_MILLIS);
        properties.putIfAbsent("http.read.timeout.ms", ANSWER_MILLIS);
        return new RegistryChecks(
                settings.servers().registryAddresses(),
                Serdes.connect(settings.registryUrl(), properties).registry());
    }

    Finding registry() {
        try {
            Collection<String> subjects = client.getAllSubjects();
            return Finding.ok(REGISTRY, url + " with " + subjects.size() + " subjects");
        } catch (RestClientException e) {
            return REFUSED.contains(e.getStatus())
                    ? Finding.failed(
                            REGISTRY,
                            url + " refuses the login: " + Causes.innermost(e),
                            "name the file of a user that it knows with --login; its tokens live for two days:"
                                    + " './saddle security FOLDER --tokens-only' makes them anew")
                    : Finding.failed(
                            REGISTRY,
                            url + " answers, but not as a registry does: " + Causes.innermost(e),
                            "see whether the address is whole, such as http://registry:8080/apis/ccompat/v7, and its log");
        } catch (IOException | RuntimeException e) {
            Optional<String> untrusted = Causes.ofTls(e);
            if (untrusted.isPresent()) {
                return Finding.failed(
                        REGISTRY, "no secure connection to " + url + ": " + untrusted.get(), Causes.TLS_REMEDY);
            }
            return Finding.failed(
                    REGISTRY,
                    "does not answer at " + url + ": " + Causes.innermost(e),
                    "start it with './saddle up', or name another with --registry");
        }
    }

    /** Every topic's schema of this release: registered, or at least one that may be. */
    Finding schemas() throws IOException, RestClientException {
        RegisteredSchemas registered = new RegisteredSchemas(client);
        List<String> missing = new ArrayList<>();
        List<String> incompatible = new ArrayList<>();
        List<String> loose = new ArrayList<>();
        for (Topic<?> topic : Topics.all()) {
            AvroSchema schema = new AvroSchema(topic.schema());
            if (registered.id(topic).isEmpty()) {
                (isCompatible(topic.subject(), schema) ? missing : incompatible).add(topic.subject());
            } else if (!SchemaSetup.COMPATIBILITY.equals(compatibility(topic.subject()))) {
                loose.add(topic.subject());
            }
        }
        if (!incompatible.isEmpty()) {
            return Finding.failed(
                    SCHEMAS,
                    "this release's are not compatible with those of " + Listed.of(incompatible),
                    "use the command line of the release that runs there, or another registry");
        }
        if (!missing.isEmpty()) {
            return Finding.failed(
                    SCHEMAS,
                    "this release's are not registered: " + Listed.of(missing),
                    "'./saddle setup' registers them, which older services read as well");
        }
        return loose.isEmpty()
                ? Finding.ok(SCHEMAS, Topics.all().size() + " of this release, " + SchemaSetup.COMPATIBILITY)
                : Finding.warning(
                        SCHEMAS,
                        "not held to " + SchemaSetup.COMPATIBILITY + ": " + Listed.of(loose),
                        "'./saddle setup' sets it");
    }

    private boolean isCompatible(String subject, AvroSchema schema) throws IOException, RestClientException {
        try {
            return client.testCompatibility(subject, schema);
        } catch (RestClientException e) {
            if (e.getStatus() == NOT_FOUND) {
                return true;
            }
            throw e;
        }
    }

    /** Of the subject, or the registry's own where it has none. */
    private String compatibility(String subject) throws IOException, RestClientException {
        try {
            return client.getCompatibility(subject);
        } catch (RestClientException e) {
            if (e.getStatus() == NOT_FOUND) {
                return client.getCompatibility(null);
            }
            throw e;
        }
    }
}
