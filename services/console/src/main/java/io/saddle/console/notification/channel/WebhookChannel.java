package io.saddle.console.notification.channel;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.schema.Notification;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** POSTs to an address. The address is a secret for many receivers (Slack's), so nothing shows it. */
final class WebhookChannel implements Channel {

    static final String EVENT_ID = "Saddle-Event-Id";
    /** Draft of the IETF (httpapi-idempotency-key-header), which many receivers know. */
    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    /** Whoever takes longer to answer is told again, though it may have taken it. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Set<Integer> FOR_LATER = Set.of(408, 425, 429);

    private final String name;
    private final Body body;
    private final URI address;
    private final Optional<String> secret;
    private final Links links;
    private final HttpClient client;
    private final Clock clock;

    /** @param client that follows no redirects: whoever answers one could have the body sent to anybody */
    WebhookChannel(
            String name, Body body, URI address, Optional<String> secret, Links links, HttpClient client, Clock clock) {
        this.name = name;
        this.body = body;
        this.address = address;
        this.secret = secret;
        this.links = links;
        this.client = client;
        this.clock = clock;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String format() {
        return body == Body.JSON_RECORD ? "json" : body.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String deliver(Notification notification)
            throws RefusedByReceiverException, UndeliveredException, InterruptedException {
        int status = send(notification);
        if (status / 100 == 2) {
            return "HTTP " + status;
        }
        throw new RefusedByReceiverException(
                "the receiver refused it: HTTP " + status + (status / 100 == 3 ? " (redirects are not followed)" : ""));
    }

    private int send(Notification notification) throws UndeliveredException, InterruptedException {
        JsonNode json = body.of(notification, links.to(notification));
        byte[] bytes = json.toString().getBytes(StandardCharsets.UTF_8);
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .header("User-Agent", "saddle")
                .header(EVENT_ID, notification.getEventId())
                .header(IDEMPOTENCY_KEY, notification.getEventId())
                .POST(BodyPublishers.ofByteArray(bytes));
        secret.ifPresent(key -> request.header(Signature.HEADER, Signature.of(key, bytes, clock.instant())));
        try {
            // The time-out of a request ends with its headers: nobody waits for a body, which may never end.
            HttpResponse<InputStream> response = client.send(request.build(), BodyHandlers.ofInputStream());
            response.body().close();
            int status = response.statusCode();
            if (FOR_LATER.contains(status) || status / 100 == 5) {
                throw new UndeliveredException(
                        "the receiver answered HTTP " + status,
                        response.headers()
                                .firstValue("Retry-After")
                                .flatMap(this::wait)
                                .orElse(null));
            }
            return status;
        } catch (HttpTimeoutException e) {
            throw new UndeliveredException("the receiver did not answer within " + PATIENCE.toSeconds() + " s", null);
        } catch (ConnectException e) {
            throw new UndeliveredException("the receiver cannot be reached", null);
        } catch (IOException e) {
            // Its message may say the address.
            throw new UndeliveredException(
                    "the connection to the receiver failed (" + e.getClass().getSimpleName() + ")", null);
        }
    }

    /** Seconds or a date, as RFC 9110 has it; empty if it is neither. */
    private Optional<Duration> wait(String retryAfter) {
        try {
            return Optional.of(
                    retryAfter.matches("\\d{1,9}")
                            ? Duration.ofSeconds(Long.parseLong(retryAfter))
                            : Duration.between(
                                    clock.instant(),
                                    ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME)
                                            .toInstant()));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "channel " + name + " (" + format() + ")";
    }
}
