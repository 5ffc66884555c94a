package io.saddle.console.notification.channel;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The settings of notifications; {@link Channels} says what is wrong with them, all at once. */
@ConfigMapping(prefix = "saddle.notifications")
public interface NotificationSettings {

    /** How long it is tried to deliver one. */
    Duration giveUpAfter();

    /** Address of the console's page for people, for links; empty: no links. */
    Optional<String> page();

    /** By name. */
    Map<String, ChannelSettings> channels();

    /** Of one channel. */
    interface ChannelSettings {

        /** slack, teams, alertmanager, json or mail. */
        Optional<String> format();

        /** Of a webhook. */
        Optional<String> url();

        /** What webhooks are signed with; empty: they are not. */
        Optional<String> secret();

        /** Mail addresses. */
        Optional<List<String>> to();
    }
}
