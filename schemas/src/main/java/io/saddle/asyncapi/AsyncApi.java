package io.saddle.asyncapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;

/**
 * The topics and their records, as an AsyncAPI 3.0.0 document. Made from the list of topics and the schemas that this
 * build writes, so that it cannot say anything else than they do.
 */
public final class AsyncApi {

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER, YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES, YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();

    private AsyncApi() {}

    /**
     * The document.
     *
     * @param version of the build
     * @param servers where the topics lie
     */
    public static ObjectNode document(String version, Servers servers) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("asyncapi", "3.0.0");
        document.put("id", "urn:saddle:topics");
        info(document.putObject("info"), version);
        document.put("defaultContentType", TopicChannels.CONTENT_TYPE);
        servers.put(document.putObject("servers"));
        ObjectNode channels = document.putObject("channels");
        ObjectNode operations = document.putObject("operations");
        for (Topic<?> topic : Topics.all()) {
            TopicChannels.put(channels, topic);
            Operations.put(operations, topic);
        }
        for (Topic<?> topic : Topics.all()) {
            DeadLetterChannels.put(channels, topic);
            Operations.putDeadLetters(operations, topic);
        }
        ObjectNode components = document.putObject("components");
        components.putObject("messages").set(DeadLetterChannels.MESSAGE, DeadLetterChannels.message());
        components.putObject("schemas").set(TopicChannels.HEADERS, TopicChannels.headers());
        return document;
    }

    /** {@code document} as YAML. */
    public static String yaml(ObjectNode document) {
        try {
            return YAML.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }

    private static void info(ObjectNode info, String version) {
        info.put("title", "saddle: topics");
        info.put("version", version);
        info.put(
                "description",
                "What the services of saddle say to each other: constrained diffusion models by dual training, over Kafka."
                        + " An operation's action is from the view of the service that its tag names."
                        + " Values are in the Confluent wire format (byte 0, 4-byte schema id, Avro binary), their schemas"
                        + " registered under TOPIC-value; keys are UTF-8 text. All records of a run lie on the partition"
                        + " that murmur2 of its id gives, which is the key up to the first '/'."
                        + " On a compacted topic a record without a value deletes its key.");
        info.putObject("license").put("name", "Apache-2.0").put("url", "https://www.apache.org/licenses/LICENSE-2.0");
    }
}
