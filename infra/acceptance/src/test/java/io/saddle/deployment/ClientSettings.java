package io.saddle.deployment;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClientConfig;
import io.saddle.serde.TokenFile;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.streams.StreamsConfig;

/** The names of settings that are passed through to the clients of Kafka and of the registry, as ends of variables. */
final class ClientSettings {

    private static final Set<String> KAFKA = variables(
            Stream.of(ProducerConfig.configNames(), ConsumerConfig.configNames(), AdminClientConfig.configNames())
                    .flatMap(Collection::stream));
    private static final Set<String> STREAMS = variables(StreamsConfig.configDef().names().stream());
    private static final Set<String> REGISTRY = variables(
            Stream.of(constants(), transport(), Stream.of(TokenFile.FILE)).flatMap(Function.identity()));

    private ClientSettings() {}

    /** {@code SECURITY_PROTOCOL}, ... */
    static boolean ofKafka(String name) {
        return KAFKA.contains(name);
    }

    /** {@code NUM_STANDBY_REPLICAS}, ... */
    static boolean ofStreams(String name) {
        return STREAMS.contains(name);
    }

    /** {@code BASIC_AUTH_USER_INFO}, ... */
    static boolean ofRegistry(String name) {
        return REGISTRY.contains(name);
    }

    /** The registry's client has no list of its settings, but a constant for each. */
    private static Stream<String> constants() {
        return Arrays.stream(SchemaRegistryClientConfig.class.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == String.class)
                .map(ClientSettings::value)
                .filter(value -> value.contains("."));
    }

    private static String value(Field constant) {
        try {
            return (String) constant.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Its TLS is configured by Kafka's names behind a prefix. */
    private static Stream<String> transport() {
        return new ConfigDef()
                .withClientSslSupport().names().stream()
                        .map(name -> SchemaRegistryClientConfig.CLIENT_NAMESPACE + name);
    }

    private static Set<String> variables(Stream<String> names) {
        return names.map(DeploymentKeys::variable).collect(Collectors.toUnmodifiableSet());
    }
}
