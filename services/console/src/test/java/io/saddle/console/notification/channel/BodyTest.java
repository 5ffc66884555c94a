package io.saddle.console.notification.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.schema.Notification;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bodies against written-down ones, which are what the receivers' documentation asks for. */
class BodyTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Optional<String> LINK =
            new Links(Optional.of("https://saddle.example/")).to(Notifications.violated());

    @ParameterizedTest
    @EnumSource(Body.class)
    void eachIsAsItIsWrittenDown(Body body) throws IOException {
        String file = body.name().toLowerCase(Locale.ROOT) + ".json";
        try (InputStream in = BodyTest.class.getResourceAsStream(file)) {
            assertEquals(
                    JSON.readTree(in).toPrettyString(),
                    body.of(Notifications.violated(), LINK).toPrettyString());
        }
    }

    @ParameterizedTest
    @EnumSource(Body.class)
    void noneNeedsALinkARunOrAMessage(Body body) {
        Notification bare = Notification.newBuilder(Notifications.violated())
                .setRunId(null)
                .setConstraintId(null)
                .setMessage("")
                .build();
        String text = body.of(bare, Optional.empty()).toString();
        assertFalse(text.contains("saddle.example"), text);
        assertTrue(text.contains(bare.getTitle()), text);
    }

    /** Slack refuses a section of more than 3000 characters, and with it the whole message. */
    @Test
    void aLongMessageIsShortened() {
        Notification longer = Notification.newBuilder(Notifications.violated())
                .setMessage("x".repeat(10_000))
                .build();
        JsonNode section = Body.SLACK.of(longer, LINK).at("/attachments/0/blocks/0/text/text");
        assertEquals(3000, section.asText().length());
    }

    @Test
    void aLinkLeadsToWhatItConcerns() {
        Links links = new Links(Optional.of("https://saddle.example"));
        assertEquals(Optional.of("https://saddle.example/#/runs/faces-1"), LINK);
        Notification execution = Notification.newBuilder(Notifications.violated())
                .setRunId(null)
                .setExecutionId("chain 1")
                .build();
        assertEquals(Optional.of("https://saddle.example/#/executions/chain%201"), links.to(execution));
    }
}
