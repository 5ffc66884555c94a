package io.saddle.cli.topics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.cli.CommandRun;
import org.junit.jupiter.api.Test;

class AsyncApiCommandTest {

    @Test
    void theDocumentIsWrittenWithoutKafkaAndNamesTheOneThatWasGiven() throws Exception {
        CommandRun run = CommandRun.of(
                "topics", "asyncapi", "--bootstrap", "127.0.0.1:1", "--kafka-property", "sasl.jaas.config=s3cret");

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
