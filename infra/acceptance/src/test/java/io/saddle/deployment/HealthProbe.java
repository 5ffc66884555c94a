package io.saddle.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.saddle.stack.Distribution;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The health check of docker-compose.yml's services, on this machine. */
final class HealthProbe {

    private HealthProbe() {}

    /**
     * The probe as the container would run it.
     *
     * @return its exit code: 0 if the service answers that it is ready
     */
    static int exitCode(int port) throws IOException, InterruptedException {
        JsonNode compose = new ObjectMapper(new YAMLFactory())
                .readTree(Distribution.locate()
                        .root()
                        .resolve("docker-compose.yml")
                        .toFile());
        List<String> command = new ArrayList<>();
        compose.at("/x-ready/test").forEach(word -> command.add(word.asText().replace("8080", Integer.toString(port))));
        return new ProcessBuilder(command.subList(1, command.size())).start().waitFor();
    }
}
