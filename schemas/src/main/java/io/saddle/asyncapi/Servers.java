package io.saddle.asyncapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Pattern;

/**
 * Kafka and the schema registry, by their addresses alone: users and passwords in them are left out of the document.
 *
 * @param bootstrapServers host:port list
 * @param encrypted whether the brokers are reached over TLS
 * @param registryUrls of the schema registry
 */
public record Servers(String bootstrapServers, boolean encrypted, String registryUrls) {

    private static final Pattern LISTENER = Pattern.compile("^\\w+://");
    private static final Pattern USER = Pattern.compile("://[^/,]*@");
    private static final Pattern QUERY = Pattern.compile("[?#][^,]*");

    /** One server for each bootstrap address. */
    void put(ObjectNode servers) {
        String[] addresses = bootstrapServers.split(",");
        for (int i = 0; i < addresses.length; i++) {
            ObjectNode server = servers.putObject(addresses.length == 1 ? "kafka" : "kafka-" + (i + 1));
            server.put("host", LISTENER.matcher(addresses[i].strip()).replaceFirst(""));
            server.put("protocol", encrypted ? "kafka-secure" : "kafka");
            server.putObject("bindings")
                    .putObject("kafka")
                    .put("schemaRegistryUrl", registryAddresses())
                    .put("schemaRegistryVendor", "confluent")
                    .put("bindingVersion", KafkaBinding.VERSION);
        }
    }

    /** The registry's URLs without users, passwords and what is asked for in them: for documents, messages and logs. */
    public String registryAddresses() {
        return QUERY.matcher(USER.matcher(registryUrls).replaceAll("://")).replaceAll("");
    }
}
