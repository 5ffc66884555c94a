package io.saddle.stack;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.saddle.serde.Serdes;
import io.saddle.topic.AccessRules;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The schema registry: Apicurio speaking Confluent's API, its schemas in a file that is written through at once, so that an id
 * that was given out survives kill -9. Compatibility is FULL_TRANSITIVE for every subject.
 */
public final class SchemaRegistry extends StackProcess {

    public static final String NAME = "registry";

    private static final String ANSWER_MILLIS = "5000";

    SchemaRegistry(Distribution distribution, LocalSettings settings) {
        super(NAME, List.of(Setting.REGISTRY_PORT), distribution, settings);
    }

    @Override
    JavaCommand command() {
        List<String> options = new ArrayList<>(List.of(
                "-Xmx" + settings.text(Setting.REGISTRY_HEAP),
                "-XX:+ExitOnOutOfMemoryError",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http" + (settings.security().isPresent() ? ".ssl-port=" : ".port=")
                        + settings.text(Setting.REGISTRY_PORT),
                "-Dquarkus.datasource.jdbc.url=jdbc:h2:file:" + data().resolve("registry")
                        + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE",
                // H2 closes its database at a write that fails, and calls its connections valid until they are asked
                // something.
                "-Dquarkus.datasource.jdbc.validation-query-sql=VALUES 1",
                "-Dquarkus.datasource.jdbc.validate-on-borrow=true"));
        settings.security()
                .ifPresent(security -> options.add("-Dsmallrye.config.locations=" + security.registryFile()));
        options.addAll(QuickStart.smallHeap(settings.javaOptions(NAME)));
        options.addAll(settings.javaOptions(NAME));
        return new JavaCommand(
                options, List.of(distribution.registryJar()), "io.quarkus.runner.GeneratedMain", List.of());
    }

    @Override
    boolean ready() {
        try {
            client().getAllSubjects();
            return true;
        } catch (IOException | RestClientException e) {
            return false;
        }
    }

    @Override
    void onReady() {
        try {
            client().updateCompatibility(null, SchemaSetup.COMPATIBILITY);
        } catch (IOException | RestClientException e) {
            throw new StackException("the registry does not take its compatibility level: " + e.getMessage(), e);
        }
    }

    private SchemaRegistryClient client() {
        Map<String, String> client =
                new HashMap<>(settings.kafka(AccessRules.ADMIN).registry());
        client.put("http.connect.timeout.ms", ANSWER_MILLIS);
        client.put("http.read.timeout.ms", ANSWER_MILLIS);
        return Serdes.connect(settings.registryUrl(), client).registry();
    }
}
