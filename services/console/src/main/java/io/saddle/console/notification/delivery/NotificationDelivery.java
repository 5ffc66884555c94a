package io.saddle.console.notification.delivery;

import io.saddle.console.notification.channel.Channel;
import io.saddle.console.notification.channel.Channels;
import io.saddle.console.notification.channel.NotificationSettings;
import io.saddle.kafka.BatchWorker;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.RecordHandler;
import io.saddle.schema.Notification;
import io.saddle.serde.Serdes;
import io.saddle.service.AlertLog;
import io.saddle.service.ServiceComponent;
import io.saddle.topic.Topics;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The workers that deliver notifications, one for each channel, in groups of their own: a receiver that is away holds up no other
 * channel; and one that says of which there is no channel. Of several consoles each has some of the partitions. What keeps them from their work is told beside the console's
 * readiness and does not end it: the page does not go away with somebody's chat.
 */
@Singleton
public class NotificationDelivery implements ServiceComponent {

    private static final String GROUP = "saddle-console-notify-";
    private static final String GROUP_WITHOUT_CHANNEL = "saddle-console-notify";

    private final Channels channels;
    private final NotificationSettings settings;
    private final KafkaSettings kafka;
    private final Serdes serdes;
    private final DeadLetters deadLetters;
    private final Publisher publisher;
    private final AlertLog alerts;
    private final Clock clock;
    private final List<BatchWorker<Notification>> workers = new CopyOnWriteArrayList<>();
    private final List<Runnable> closing = new CopyOnWriteArrayList<>();

    NotificationDelivery(
            Channels channels,
            NotificationSettings settings,
            KafkaSettings kafka,
            Serdes serdes,
            DeadLetters deadLetters,
            Publisher publisher,
            AlertLog alerts,
            Clock clock) {
        this.channels = channels;
        this.settings = settings;
        this.kafka = kafka;
        this.serdes = serdes;
        this.deadLetters = deadLetters;
        this.publisher = publisher;
        this.alerts = alerts;
        this.clock = clock;
    }

    @Override
    public void start() {
        channels.all().forEach(channel -> start(GROUP + channel.name(), work(channel)));
        start(GROUP_WITHOUT_CHANNEL, new WithoutChannel(channels, this::work));
    }

    private ChannelWork work(Channel channel) {
        DeliveredEvents delivered = new DeliveredEvents(kafka, serdes, channel.name(), clock);
        closing.add(delivered::close);
        return new ChannelWork(
                channel, delivered::has, publisher, alerts, settings.giveUpAfter(), clock, System::nanoTime);
    }

    private void start(String group, RecordHandler<Notification> work) {
        BatchWorker<Notification> worker = new BatchWorker<>(
                kafka,
                serdes,
                group,
                Topics.NOTIFICATIONS,
                deadLetters,
                work,
                settings.giveUpAfter().multipliedBy(2),
                System::nanoTime);
        workers.add(worker.start());
    }

    @Override
    public void stop() {
        workers.forEach(BatchWorker::close);
        closing.forEach(Runnable::run);
    }

    @Override
    public boolean isReady() {
        return true;
    }

    /** What the readiness probe tells beside its yes. */
    @Override
    public Optional<String> obstacle() {
        return workers.stream().flatMap(worker -> worker.obstacle().stream()).findFirst();
    }
}
