package io.saddle.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The schema registry: Apicurio speaking Confluent's API, its schemas in a file that is written through at once, so that an id
 * that was given out survives kill -9. Compatibility is FULL_TRANSITIVE for every subject.
 */
final class SchemaRegistry implements Component {

    static final String NAME = "registry";

    private final Distribution distribution;
    private final LocalSettings settings;
    private final Http http;

    SchemaRegistry(Distribution distribution, LocalSettings settings, Http http) {
        this.distribution = distribution;
        this.settings = settings;
        this.http = http;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Setting> ports() {
        return List.of(Setting.REGISTRY_PORT);
    }

    @Override
    public JavaCommand command() {
        Path data = settings.home().data(NAME);
        try {
            Files.createDirectories(data);
        } catch (IOException e) {
            throw new UncheckedIOException(data + " cannot be created", e);
        }
        List<String> options = new ArrayList<>(List.of(
                "-Xmx" + settings.text(Setting.REGISTRY_HEAP),
                "-XX:+ExitOnOutOfMemoryError",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + settings.text(Setting.REGISTRY_PORT),
                "-Dquarkus.datasource.jdbc.url=jdbc:h2:file:" + data.resolve("registry")
                        + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE"));
        options.addAll(settings.javaOptions(NAME));
        return new JavaCommand(
                options, List.of(distribution.registryJar()), "io.quarkus.runner.GeneratedMain", List.of());
    }

    @Override
    public boolean ready() {
        return http.answers(settings.registryUrl() + "/subjects");
    }

    @Override
    public void onReady() {
        http.put(
                settings.registryUrl() + "/config",
                "application/vnd.schemaregistry.v1+json",
                "{\"compatibility\":\"FULL_TRANSITIVE\"}");
    }
}
