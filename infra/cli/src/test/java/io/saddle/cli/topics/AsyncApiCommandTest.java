package io.saddle.cli.topics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.cli.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AsyncApiCommandTest {

    @Test
    void theDocumentIsWrittenWithoutKafkaAndNamesTheOneThatWasGiven(@TempDir Path folder) throws Exception {
        Path login = Files.writeString(folder.resolve("login.properties"), "saddle.kafka.sasl.jaas.config=s3cret");
        CommandRun run = CommandRun.of("topics", "asyncapi", "--bootstrap", "127.0.0.1:1", "--login", login.toString());

        assertEquals(0, run.exitCode(), run.err());
        JsonNode document = new ObjectMapper().readTree(run.out());
        assertEquals("3.0.0", document.get("asyncapi").asText());
        assertEquals("127.0.0.1:1", document.at("/servers/kafka/host").asText());
        assertTrue(document.get("channels").has("saddle.multipliers"));
        assertTrue(!run.out().contains("s3cret"));
    }

    @Test
    void asYamlItIsTheSame() throws Exception {
        assertEquals(
                new ObjectMapper().readTree(CommandRun.of("topics", "asyncapi").out()),
                new YAMLMapper()
                        .readTree(CommandRun.of("topics", "asyncapi", "--yaml").out()));
    }
}
