package io.saddle.console.notification.delivery;

import io.micrometer.core.instrument.Metrics;
import io.saddle.console.notification.channel.Channel;
import io.saddle.console.notification.channel.RefusedByReceiverException;
import io.saddle.console.notification.channel.UndeliveredException;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.Received;
import io.saddle.kafka.RecordHandler;
import io.saddle.kafka.RefusedException;
import io.saddle.kafka.RetryLaterException;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Notification;
import io.saddle.schema.NotificationOutcome;
import io.saddle.schema.NotificationResult;
import io.saddle.schema.Severity;
import io.saddle.service.AlertLog;
import io.saddle.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the notifications of one channel. The receiver is told before the result is durable, and the result before the position is
 * committed: what ends the process in between has the receiver told again, with the same event id. One thread.
 */
final class ChannelWork implements RecordHandler<Notification> {

    private static final Logger LOG = LoggerFactory.getLogger(ChannelWork.class);

    /** Whether anybody has delivered a notification before. */
    @FunctionalInterface
    interface Delivered {
        boolean has(Received<Notification> received) throws InterruptedException;
    }

    private final Channel channel;
    private final Delivered delivered;
    private final Publisher publisher;
    private final AlertLog alerts;
    private final Duration giveUpAfter;
    private final Clock clock;
    private Received<Notification> inHand;
    private Attempts attempts;
    private final Absence absence;
    /** What the receiver answered; null while it has not taken the one in hand. */
    private String answer;

    private Received<Notification> lastGivenUp;
    private Optional<Alert> alert = Optional.empty();

    /**
     * @param giveUpAfter how long the receiver may be away: then each is tried once and given up, or they would come days later, if at all
     * @param nanos the clock that this is told by
     */
    ChannelWork(
            Channel channel,
            Delivered delivered,
            Publisher publisher,
            AlertLog alerts,
            Duration giveUpAfter,
            Clock clock,
            LongSupplier nanos) {
        this.channel = channel;
        this.delivered = delivered;
        this.publisher = publisher;
        this.alerts = alerts;
        this.giveUpAfter = giveUpAfter;
        this.clock = clock;
        this.absence = new Absence(giveUpAfter, nanos);
    }

    @Override
    public void handle(Received<Notification> received)
            throws RefusedException, RetryLaterException, ExecutionException, InterruptedException {
        Notification notification = received.value();
        if (!notification.getChannel().equals(channel.name()) || delivered.has(received)) {
            return;
        }
        if (received != inHand) {
            inHand = received;
            attempts = new Attempts();
            answer = null;
        }
        if (answer == null) {
            answer = deliver(notification);
        }
        end(notification, NotificationOutcome.DELIVERED, answer);
        LOG.info("{}: told of {} ({})", channel, notification.getEventId(), answer);
        counted(NotificationOutcome.DELIVERED);
    }

    private String deliver(Notification notification)
            throws RefusedException, RetryLaterException, InterruptedException {
        attempts.begin();
        try {
            String taken = channel.deliver(notification);
            absence.isOver();
            return taken;
        } catch (RefusedByReceiverException e) {
            absence.isOver();
            throw new RefusedException(e.getMessage());
        } catch (UndeliveredException e) {
            Duration wait = attempts.untilNext(e.retryAfter());
            if (absence.lasts(wait).plus(wait).compareTo(giveUpAfter) > 0) {
                throw new RefusedException(
                        e.getMessage(), e.getMessage() + "; given up after " + attempts.count() + " attempts");
            }
            throw new RetryLaterException(channel + ": " + e.getMessage(), wait);
        }
    }

    @Override
    public void givenUp(Received<Notification> received, Exception why)
            throws ExecutionException, InterruptedException {
        end(received.value(), NotificationOutcome.FAILED, String.valueOf(why.getMessage()));
        if (received != lastGivenUp) {
            lastGivenUp = received;
            alert = alert(received.value(), why);
            counted(NotificationOutcome.FAILED);
        }
        if (alert.isPresent()) {
            publisher.send(Topics.ALERTS, alert.get().getRunId(), alert.get()).get();
        }
    }

    /** Counted by channel and reason: a receiver that is away refuses everything. */
    private Optional<Alert> alert(Notification notification, Exception why) {
        String reason = why instanceof RefusedException refused ? refused.reason() : why.toString();
        return alerts.raise(
                channel + ": " + reason,
                "",
                AlertKind.NOTIFICATION_FAILED,
                Severity.ERROR,
                channel + " was not told of " + notification.getEventId() + ": " + why.getMessage(),
                "look at the channel's settings and its receiver; './saddle notification test RULE' tries it,"
                        + " './saddle dlq replay " + Topics.NOTIFICATIONS.name()
                        + " --all' sends again what was given up",
                null);
    }

    private void end(Notification notification, NotificationOutcome outcome, String message)
            throws ExecutionException, InterruptedException {
        NotificationResult result = NotificationResult.newBuilder()
                .setEventId(notification.getEventId())
                .setChannel(channel.name())
                .setOutcome(outcome)
                .setAttempts(attempts.count())
                .setMessage(message)
                .setEndedAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
                .build();
        publisher
                .send(Topics.NOTIFICATION_RESULTS, notification.getEventId(), result)
                .get();
    }

    private void counted(NotificationOutcome outcome) {
        Metrics.counter(
                        "saddle.notifications",
                        "channel",
                        channel.name(),
                        "outcome",
                        outcome.name().toLowerCase(Locale.ROOT))
                .increment();
    }
}
