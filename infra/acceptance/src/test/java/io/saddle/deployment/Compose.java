package io.saddle.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.stack.Distribution;
import io.saddle.tool.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What Docker Compose makes of docker-compose.yml; it needs no engine for that. */
final class Compose {

    /** A file of variables that has everything that has no default. */
    static final Map<String, String> FILLED_IN = Map.of(
            "SADDLE_CONSOLE_OPERATOR_PASSWORD", "operator's password",
            "SADDLE_CONSOLE_VIEWER_PASSWORD", "viewer's password",
            "SADDLE_GRAFANA_PASSWORD", "admin's password",
            "COMPOSE_PROFILES", "cpu");

    private static final Tool PROGRAM =
            new Tool("docker-compose", "usr/libexec/docker/cli-plugins/docker-compose", "docker-compose.yml");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path ROOT = Distribution.locate().root();

    private Compose() {}

    /** Why it cannot be asked here; empty if it can. */
    static Optional<String> missing() {
        return PROGRAM.missing();
    }

    /**
     * The file with everything put in, as JSON.
     *
     * @throws IllegalArgumentException with what Compose has against it
     */
    static JsonNode config(Map<String, String> variables) {
        return config(ROOT, variables);
    }

    /** As {@link #config(Map)}, of the file in this folder. */
    static JsonNode config(Path folder, Map<String, String> variables) {
        Path said = null;
        try {
            said = Files.createTempFile("compose", ".json");
            Path complaint = Files.createTempFile("compose", ".txt");
            ProcessBuilder builder = new ProcessBuilder(
                            List.of(PROGRAM.path(), "--env-file", "/dev/null", "config", "--format", "json"))
                    .directory(folder.toFile())
                    .redirectOutput(said.toFile())
                    .redirectError(complaint.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("SADDLE_") || name.startsWith("COMPOSE_"));
            builder.environment().putAll(variables);
            int code = builder.start().waitFor();
            String against = Files.readString(complaint);
            Files.delete(complaint);
            if (code != 0) {
                throw new IllegalArgumentException(against);
            }
            return JSON.readTree(said.toFile());
        } catch (IOException e) {
            throw new IllegalStateException("docker-compose does not start", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            if (said != null) {
                said.toFile().delete();
            }
        }
    }

    /** As {@link #config(Map)}, with these beside those that have no default. */
    static JsonNode config(String... furtherVariables) {
        Map<String, String> variables = new HashMap<>(FILLED_IN);
        for (int i = 0; i < furtherVariables.length; i += 2) {
            variables.put(furtherVariables[i], furtherVariables[i + 1]);
        }
        return config(variables);
    }

    /** The environment of a service. */
    static Map<String, String> environment(JsonNode service) {
        Map<String, String> environment = new TreeMap<>();
        service.path("environment")
                .fields()
                .forEachRemaining(entry ->
                        environment.put(entry.getKey(), entry.getValue().asText()));
        return environment;
    }
}
