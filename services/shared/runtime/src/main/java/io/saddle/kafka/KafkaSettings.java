package io.saddle.kafka;

import io.saddle.asyncapi.Servers;
import io.saddle.serde.Serdes;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * The addresses of Kafka and the schema registry, and the settings that every client of saddle has in common.
 *
 * @param bootstrapServers host:port list
 * @param registryUrl base URL of a registry that speaks Confluent's API
 * @param client settings passed through to every Kafka client (security, ...)
 * @param registry settings passed through to the registry client
 */
public record KafkaSettings(
        String bootstrapServers, String registryUrl, Map<String, String> client, Map<String, String> registry) {

    public KafkaSettings(String bootstrapServers, String registryUrl) {
        this(bootstrapServers, registryUrl, Map.of(), Map.of());
    }

    /** Without the clients' settings: there are passwords among them. */
    @Override
    public String toString() {
        return "Kafka at " + bootstrapServers + ", registry at " + servers().registryAddresses();
    }

    /** The addresses, as the topics' description has them. */
    public Servers servers() {
        boolean encrypted =
                client.getOrDefault("security.protocol", "PLAINTEXT").endsWith("SSL");
        return new Servers(bootstrapServers, encrypted, registryUrl);
    }

    public Serdes serdes() {
        return Serdes.connect(registryUrl, registry);
    }

    /** The same, whose clients the broker knows by this name. */
    public KafkaSettings as(String name) {
        Map<String, String> named = new HashMap<>(client);
        named.put(CommonClientConfigs.CLIENT_ID_CONFIG, name);
        return new KafkaSettings(bootstrapServers, registryUrl, named, registry);
    }

    /** Settings of an admin client. */
    public Properties admin() {
        Properties properties = new Properties();
        properties.putAll(client);
        properties.put("bootstrap.servers", bootstrapServers);
        return properties;
    }

    /** Settings of a consumer of committed records that belongs to no group: whoever uses it says where it begins. */
    public Map<String, Object> reader() {
        Map<String, Object> settings = new HashMap<>(client);
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return settings;
    }

    /** Settings of a consumer of committed records that commits its offsets itself. */
    public Map<String, Object> consumer(String groupId) {
        Map<String, Object> settings = reader();
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        // A crashed member's partitions move on within seconds rather than the default 45 s.
        settings.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6000);
        settings.putIfAbsent(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1500);
        return settings;
    }

    /**
     * Settings of an idempotent producer that keeps a run's records on the run's partition. It gives a batch up after Kafka's own
     * two minutes, and whoever sends does so again: one that tried for ever has been seen to be refused for ever
     * (OUT_OF_ORDER_SEQUENCE_NUMBER) after a crash of the broker.
     */
    public Map<String, Object> producer() {
        Map<String, Object> settings = new HashMap<>(client);
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 5);
        settings.put(ProducerConfig.PARTITIONER_CLASS_CONFIG, io.saddle.topic.RunPartitioner.class.getName());
        // A dead letter is a record of up to 1 MB with headers on top.
        settings.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 4 << 20);
        return settings;
    }
}
