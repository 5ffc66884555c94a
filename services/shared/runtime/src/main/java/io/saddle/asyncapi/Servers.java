package io.saddle.asyncapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.kafka.KafkaSettings;
import java.util.regex.Pattern;

/** Kafka and the schema registry, by their addresses alone. */
final class Servers {

    private static final Pattern LISTENER = Pattern.compile("^\\w+://");
    private static final Pattern USER = Pattern.compile("://[^/,]*@");
    private static final Pattern QUERY = Pattern.compile("[?#][^,]*");

    private Servers() {}

    /** One server for each bootstrap address. */
    static void put(ObjectNode servers, KafkaSettings kafka) {
        String[] addresses = kafka.bootstrapServers().split(",");
        for (int i = 0; i < addresses.length; i++) {
            ObjectNode server = servers.putObject(addresses.length == 1 ? "kafka" : "kafka-" + (i + 1));
            server.put("host", LISTENER.matcher(addresses[i].strip()).replaceFirst(""));
            server.put("protocol", isEncrypted(kafka) ? "kafka-secure" : "kafka");
            server.putObject("bindings")
                    .putObject("kafka")
                    .put("schemaRegistryUrl", withoutSecrets(kafka.registryUrl()))
                    .put("schemaRegistryVendor", "confluent")
                    .put("bindingVersion", AsyncApi.BINDING_VERSION);
        }
    }

    private static boolean isEncrypted(KafkaSettings kafka) {
        return kafka.client().getOrDefault("security.protocol", "PLAINTEXT").endsWith("SSL");
    }

    private static String withoutSecrets(String urls) {
        return QUERY.matcher(USER.matcher(urls).replaceAll("://")).replaceAll("");
    }
}
