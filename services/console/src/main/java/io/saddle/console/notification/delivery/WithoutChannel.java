package io.saddle.console.notification.delivery;

import io.saddle.console.notification.channel.Channel;
import io.saddle.console.notification.channel.Channels;
import io.saddle.console.notification.channel.RefusedByReceiverException;
import io.saddle.kafka.Received;
import io.saddle.kafka.RecordHandler;
import io.saddle.kafka.RefusedException;
import io.saddle.kafka.RetryLaterException;
import io.saddle.schema.Notification;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * The notifications of rules whose channel is not configured here any more: each is given up with that reason, an alert and a dead letter,
 * which can be sent again when the channel is back. One thread.
 */
final class WithoutChannel implements RecordHandler<Notification> {

    private final Channels channels;
    private final Function<Channel, ChannelWork> work;
    private final Map<String, ChannelWork> works = new HashMap<>();

    /** @param work makes the work of a channel that refuses everything */
    WithoutChannel(Channels channels, Function<Channel, ChannelWork> work) {
        this.channels = channels;
        this.work = work;
    }

    @Override
    public void handle(Received<Notification> received)
            throws RefusedException, RetryLaterException, ExecutionException, InterruptedException {
        String name = received.value().getChannel();
        if (!channels.has(name)) {
            of(name).handle(received);
        }
    }

    @Override
    public void givenUp(Received<Notification> received, Exception why)
            throws ExecutionException, InterruptedException {
        of(received.value().getChannel()).givenUp(received, why);
    }

    private ChannelWork of(String name) {
        return works.computeIfAbsent(name, unknown -> work.apply(new NoChannel(unknown, channels)));
    }

    /** A channel of which a rule has only the name. */
    private record NoChannel(String name, Channels channels) implements Channel {

        @Override
        public String format() {
            return "none";
        }

        @Override
        public String deliver(Notification notification) throws RefusedByReceiverException {
            throw new RefusedByReceiverException(channels.missing(name));
        }

        @Override
        public String toString() {
            return "channel " + name;
        }
    }
}
