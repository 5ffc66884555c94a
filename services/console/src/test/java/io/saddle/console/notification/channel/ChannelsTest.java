package io.saddle.console.notification.channel;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelsTest {

    /** As the settings come from the environment. */
    private static Channels channels(String sender, Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("SADDLE_NOTIFICATIONS_GIVE_UP_AFTER", "PT1H");
        NotificationSettings settings = new SmallRyeConfigBuilder()
                .withMapping(NotificationSettings.class)
                .withSources(new EnvConfigSource(all, 300))
                .build()
                .getConfigMapping(NotificationSettings.class);
        return new Channels(settings, Optional.ofNullable(sender), () -> null, Clock.systemUTC(), all.keySet());
    }

    private static String mistakes(String sender, Map<String, String> environment) {
        Channels channels = channels(sender, environment);
        return assertThrows(ConfigurationException.class, () -> channels.check(null))
                .getMessage();
    }

    private static Map<String, String> ops(String url) {
        return Map.of("SADDLE_NOTIFICATIONS_CHANNELS_OPS_FORMAT", "json", "SADDLE_NOTIFICATIONS_CHANNELS_OPS_URL", url);
    }

    @Test
    void channelsStandInTheEnvironment() {
        Channels channels = channels(
                "saddle@example.org",
                Map.of(
                        "SADDLE_NOTIFICATIONS_CHANNELS_OPS_FORMAT", "slack",
                        "SADDLE_NOTIFICATIONS_CHANNELS_OPS_URL", "https://hooks.slack.example/services/T0/B0/token",
                        "SADDLE_NOTIFICATIONS_CHANNELS_TEAM_FORMAT", "mail",
                        "SADDLE_NOTIFICATIONS_CHANNELS_TEAM_TO", "ann@example.org,ben@example.org"));
        assertDoesNotThrow(() -> channels.check(null));
        assertEquals(
                List.of("channel ops (slack)", "channel team (mail)"),
                channels.all().stream().map(Object::toString).toList());
        assertTrue(channels.missing("opps").contains("did you mean ops?"), channels.missing("opps"));
    }

    /** Its webhooks went out unsigned, and of the other nobody was told anything. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SADDLE_NOTIFICATIONS_CHANNELS_OPS_SECRT",
                "SADDLE_NOTIFICATIONS_CHANNELS_OPS_TEAM_FORMAT",
                "SADDLE_NOTIFICATIONS_CHANNELS_OPS__TEAM_URL"
            })
    void whatIsNoSettingOfAChannelIsSaid(String variable) {
        Map<String, String> environment = new HashMap<>(ops("https://bot.example/saddle"));
        environment.put(variable, "json");
        String said = mistakes(null, environment);
        assertTrue(said.startsWith(variable + ": is no setting of a channel"), said);
    }

    @Test
    void withoutSettingsThereIsNone() {
        Channels channels = channels(null, Map.of());
        assertTrue(channels.isEmpty());
        assertTrue(channels.missing("ops").contains("none is set up"), channels.missing("ops"));
    }

    @Test
    void everyMistakeIsSaidAtOnceAndNoSecret() {
        String said = mistakes(
                null,
                Map.of(
                        "SADDLE_NOTIFICATIONS_CHANNELS_A_FORMAT", "slak",
                        "SADDLE_NOTIFICATIONS_CHANNELS_B_FORMAT", "slack",
                        "SADDLE_NOTIFICATIONS_CHANNELS_B_URL", "ftp://token@example",
                        "SADDLE_NOTIFICATIONS_CHANNELS_B_SECRET", "token",
                        "SADDLE_NOTIFICATIONS_CHANNELS_C_FORMAT", "mail",
                        "SADDLE_NOTIFICATIONS_CHANNELS_D_FORMAT", "json",
                        "SADDLE_NOTIFICATIONS_CHANNELS_D_URL", "http://a token"));
        for (String place : List.of(
                "saddle.notifications.channels.a.format: must be mail, alertmanager, json, slack, teams, was 'slak'",
                "saddle.notifications.channels.b.url: ",
                "saddle.notifications.channels.b.secret: must have at least 16",
                "saddle.notifications.channels.c.to: ",
                "quarkus.mailer.from: ",
                "saddle.notifications.channels.d.url: is no address")) {
            assertTrue(said.contains(place), place + " in " + said);
        }
        assertFalse(said.contains("token"), said);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest",
                "http://[fe80::1]/",
                "https://user:pass@example.org/",
                "file:///etc/passwd"
            })
    void addressesThatNoReceiverHasAreRefused(String url) {
        String said = mistakes(null, ops(url));
        assertTrue(said.startsWith("saddle.notifications.channels.ops.url: "), said);
    }
}
