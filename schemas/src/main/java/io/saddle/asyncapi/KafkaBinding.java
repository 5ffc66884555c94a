package io.saddle.asyncapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.TopicConfig;

/** Kafka's binding of AsyncAPI. */
final class KafkaBinding {

    /** Version of the binding's specification. */
    static final String VERSION = "0.5.0";

    private KafkaBinding() {}

    /** Kafka's binding of a channel, with the settings that the set-up gives the topic. */
    static void put(ObjectNode channel, String name, int partitions, Map<String, String> settings) {
        ObjectNode kafka = channel.putObject("bindings").putObject("kafka");
        kafka.put("topic", name);
        kafka.put("partitions", partitions);
        ObjectNode configuration = kafka.putObject("topicConfiguration");
        new TreeMap<>(settings).forEach((key, value) -> {
            if (key.equals(TopicConfig.CLEANUP_POLICY_CONFIG)) {
                configuration.putArray(key).add(value);
            } else {
                configuration.put(key, Long.parseLong(value));
            }
        });
        kafka.put("bindingVersion", VERSION);
    }
}
