package io.saddle.console.notification.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.stack.testing.WebhookReceiver;
import io.saddle.stack.testing.WebhookReceiver.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookChannelTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final String SECRET = "0123456789abcdef";

    private WebhookReceiver receiver;

    @BeforeEach
    void open() throws Exception {
        receiver = new WebhookReceiver();
    }

    @AfterEach
    void close() {
        receiver.close();
    }

    private static WebhookChannel channel(URI address, Optional<String> secret) {
        return new WebhookChannel(
                "ops",
                Body.JSON_RECORD,
                address,
                secret,
                new Links(Optional.empty()),
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(),
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private WebhookChannel channel() {
        return channel(receiver.address(), Optional.of(SECRET));
    }

    @Test
    void aReceiverIsToldWithTheEventsIdAndASignature() throws Exception {
        assertEquals("HTTP 200", channel().deliver(Notifications.violated()));
        Request request = receiver.requests().get(0);
        assertEquals("application/json", request.header("Content-type"));
        assertEquals(Notifications.violated().getEventId(), request.header("Saddle-event-id"));
        assertEquals(Notifications.violated().getEventId(), request.header("Idempotency-key"));
        assertEquals(
                Signature.of(SECRET, request.body().getBytes(StandardCharsets.UTF_8), NOW),
                request.header("Saddle-signature"));
    }

    /** A body that does not end held up the channel for ever. */
    @Test
    void aReceiverWhoseAnswerDoesNotEndHasAnswered() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answer = new Thread(() -> {
                try {
                    Socket connection = server.accept();
                    connection.getInputStream().read();
                    connection
                            .getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            answer.start();
            URI address = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
            assertEquals(
                    "HTTP 200",
                    assertTimeoutPreemptively(
                            Duration.ofMinutes(1),
                            () -> channel(address, Optional.empty()).deliver(Notifications.violated())));
            answer.join();
        }
    }

    @Test
    void withoutASecretThereIsNoSignature() throws Exception {
        channel(receiver.address(), Optional.empty()).deliver(Notifications.violated());
        assertFalse(receiver.requests().get(0).headers().containsKey("Saddle-signature"));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 410, 302})
    void whatTheReceiverRefusesIsNotForLater(int status) {
        receiver.answer(status, Map.of("Location", "/elsewhere"));
        String message = assertThrows(
                        RefusedByReceiverException.class, () -> channel().deliver(Notifications.violated()))
                .getMessage();
        assertTrue(message.contains("HTTP " + status), message);
        assertEquals(1, receiver.requests().size());
    }

    @ParameterizedTest
    @CsvSource({
        "503, , ",
        "500, soon, ",
        "408, , ",
        "429, 17, PT17S",
        "503, 'Fri, 02 Jan 2026 03:05:05 GMT', PT1M",
    })
    void whatMayPassIsForLaterAndTheReceiverMaySayWhen(int status, String retryAfter, Duration wait) {
        receiver.answer(status, retryAfter == null ? Map.of() : Map.of("Retry-After", retryAfter));
        UndeliveredException later =
                assertThrows(UndeliveredException.class, () -> channel().deliver(Notifications.violated()));
        assertEquals(Optional.ofNullable(wait), later.retryAfter());
    }

    @Test
    void aReceiverThatIsAwayIsForLaterAndItsAddressIsNotSaid() {
        URI address = receiver.address();
        receiver.close();
        WebhookChannel channel = channel(address, Optional.of(SECRET));
        UndeliveredException away =
                assertThrows(UndeliveredException.class, () -> channel.deliver(Notifications.violated()));
        assertEquals("the receiver cannot be reached", away.getMessage());
        assertEquals("channel ops (json)", channel.toString());
    }
}
