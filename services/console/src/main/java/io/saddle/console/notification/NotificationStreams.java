package io.saddle.console.notification;

import io.micrometer.core.instrument.MeterRegistry;
import io.saddle.console.notification.channel.Channels;
import io.saddle.console.streams.ConsoleStreams;
import io.saddle.kafka.KafkaSettings;
import io.saddle.serde.Serdes;
import io.saddle.topic.ConsumerGroups;
import jakarta.inject.Singleton;
import org.apache.kafka.streams.Topology;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The topology of notifications, as long as the console runs and has a channel. */
@Singleton
public class NotificationStreams extends ConsoleStreams {

    private final Serdes serdes;
    private final RuleBook book;
    private final Channels channels;

    public NotificationStreams(
            KafkaSettings kafka,
            Serdes serdes,
            MeterRegistry meters,
            RuleBook book,
            Channels channels,
            @ConfigProperty(name = "saddle.streams.replication-factor") int replicationFactor) {
        super(ConsumerGroups.NOTIFICATIONS, kafka, meters, "saddle.notifications", replicationFactor);
        this.serdes = serdes;
        this.book = book;
        this.channels = channels;
    }

    @Override
    protected Topology topology(Processing processing) {
        return NotificationTopology.of(serdes, book);
    }

    @Override
    public void start() {
        if (!channels.isEmpty()) {
            super.start();
        }
    }

    /** After the tables, which the rules are in. */
    @Override
    public int order() {
        return 1;
    }
}
