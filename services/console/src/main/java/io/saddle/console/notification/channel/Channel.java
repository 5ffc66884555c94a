package io.saddle.console.notification.channel;

import io.saddle.schema.Notification;

/** A place where notifications go. Shows nothing of its secrets. */
public interface Channel {

    String name();

    /** As the settings call it. */
    String format();

    /**
     * Returns when the receiver has taken it.
     *
     * @return what the receiver answered, in a few words
     * @throws RefusedByReceiverException if it never will
     * @throws UndeliveredException if it may later
     */
    String deliver(Notification notification)
            throws RefusedByReceiverException, UndeliveredException, InterruptedException;
}
