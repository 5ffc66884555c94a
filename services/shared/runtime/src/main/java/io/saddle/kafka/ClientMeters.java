package io.saddle.kafka;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** The counts that Kafka's clients keep themselves, among the service's metrics for as long as the client lives. */
public final class ClientMeters {

    /** Of several hundred for each client, those that somebody would be woken for. */
    private static final Set<String> KEPT = Set.of(
            "kafka.consumer.fetch.manager.records.lag",
            "kafka.consumer.fetch.manager.records.lag.max",
            "kafka.producer.record.error.total");

    private ClientMeters() {}

    /** Leaves out the clients' metrics that are of no use to those who watch a service. */
    public static MeterFilter filter() {
        return MeterFilter.deny(id -> id.getName().startsWith("kafka.") && !KEPT.contains(id.getName()));
    }

    static KafkaClientMetrics of(Consumer<?, ?> consumer) {
        return bound(new KafkaClientMetrics(consumer));
    }

    /** A producer's; it lives as long as the service. */
    public static KafkaClientMetrics of(Producer<?, ?> producer) {
        return bound(new KafkaClientMetrics(producer));
    }

    private static KafkaClientMetrics bound(KafkaClientMetrics metrics) {
        metrics.bindTo(Metrics.globalRegistry);
        return metrics;
    }
}
